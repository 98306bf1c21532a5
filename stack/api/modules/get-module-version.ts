import { getModuleVersion as endpoint } from '@middle/contract/modules/get-module-version.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { getModuleVersion as read } from '@middle/store/modules/modules.ts';
import { handler } from '../call.ts';
import { existingModule } from './existing.ts';

export const getModuleVersion = handler(endpoint, async ({ deps, params }) => {
  const { id, key } = await existingModule(deps.database, params.moduleKey);
  const found = await read(deps.database, id, params.version);
  if (found !== null) return found;
  throw new MiddleError('not_found', `the module ${key} has no version ${params.version}`);
});
