import { defineEndpoint } from '../endpoint.ts';

export const signOut = defineEndpoint({
  method: 'POST',
  path: '/sign-out',
  summary: 'End this session',
  permission: 'public',
});
