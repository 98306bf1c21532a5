import { listQueues as endpoint } from '@middle/contract/queues/list-queues.ts';
import { handler } from '../call.ts';
import { appQueues, depthsFor } from './depths.ts';

export const listQueues = handler(endpoint, async ({ deps, caller }) => ({
  items: depthsFor(caller.access, await appQueues(deps)),
}));
