import { listAppFiles as endpoint } from '@middle/contract/apps/list-app-files.ts';
import { listFiles } from '@middle/store/app-versions.ts';
import { handler } from '../call.ts';
import { existingVersion } from './get-app-version.ts';

export const listAppFiles = handler(endpoint, async ({ deps, params }) => {
  const { id } = await existingVersion(deps.database, params);
  return { items: await listFiles(deps.database, id) };
});
