import { listModules as endpoint } from '@middle/contract/modules/list-modules.ts';
import { listModules as list } from '@middle/store/modules/modules.ts';
import { handler } from '../call.ts';
import { moduleAnswer } from './answer.ts';

export const listModules = handler(endpoint, async ({ deps, caller }) => ({
  items: (await list(deps.database)).map((one) => moduleAnswer(one, caller)),
}));
