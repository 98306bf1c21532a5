import { checkApp as endpoint } from '@middle/contract/apps/check-app.ts';
import { handler } from '../call.ts';
import { readPackage } from './package.ts';

export const checkApp = handler(endpoint, async ({ body }) => {
  const { problems, refusal } = await readPackage(body);
  return { ok: refusal === null, problems };
});
