import { listQueues as endpoint } from '@middle/contract/queues/list-queues.ts';
import { handler } from '../call.ts';
import type { Queues } from '@middle/cloud/ports/queue.ts';

export const listQueues = handler(endpoint, async ({ deps }) => ({ items: await queueDepths(deps.queues) }));

export async function queueDepths(queues: Queues) {
  const keys = await queues.list();
  return Promise.all(
    [...keys].sort().map(async (appKey) => ({ appKey, ...(await queues.open(appKey).stats()) })),
  );
}
