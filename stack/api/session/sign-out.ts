import { signOut as endpoint } from '@middle/contract/session/sign-out.ts';
import { handler } from '../call.ts';

export const signOut = handler(endpoint, async ({ deps, headers, caller, setHeader }) => {
  if (caller.kind === 'person') setHeader('set-cookie', [...(await deps.signIn.end(headers))]);
});
