import { listAppCredentials as endpoint } from '@middle/contract/apps/list-app-credentials.ts';
import { listAppCredentials as list } from '@middle/store/app-credentials.ts';
import { handler } from '../call.ts';
import { credentialAnswer } from './credential.ts';
import { existingApp } from './get-app.ts';

export const listAppCredentials = handler(endpoint, async ({ deps, params }) => {
  const app = await existingApp(deps.database, params.appKey);
  const rows = await list(deps.database, app.id);
  return { items: await Promise.all(rows.map((row) => credentialAnswer(deps.keys, row))) };
});
