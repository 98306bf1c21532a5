import { getAccountModule as endpoint } from '@middle/contract/modules/get-account-module.ts';
import { handler } from '../call.ts';
import { accountModuleAnswer } from './account-module.ts';
import { existingModule } from './existing.ts';

export const getAccountModule = handler(endpoint, async ({ deps, accountId, params }) =>
  accountModuleAnswer(deps.database, accountId, await existingModule(deps.database, params.moduleKey)),
);
