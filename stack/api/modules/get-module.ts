import { getModule as endpoint } from '@middle/contract/modules/get-module.ts';
import { handler } from '../call.ts';
import { moduleAnswer } from './answer.ts';
import { existingModule } from './existing.ts';

export const getModule = handler(endpoint, async ({ deps, params, caller }) =>
  moduleAnswer(await existingModule(deps.database, params.moduleKey), caller),
);
