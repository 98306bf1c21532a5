import { listRepeats as endpoint } from '@middle/contract/repeats/list-repeats.ts';
import { readFamily } from '@middle/store/executions/again.ts';
import { handler } from '../call.ts';

const MOST = 200;

export const listRepeats = handler(endpoint, async ({ deps, params }) => ({
  items: await readFamily(deps.database, params.executionId, MOST),
}));
