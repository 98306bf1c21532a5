import { z } from 'zod';
import { queueDepth } from '../queues/queue.ts';
import { syncRun } from '../syncs/sync.ts';

/** What the stream sends: `event: KIND`, `data:` this as JSON. */
export const liveEvent = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('run'), run: syncRun }),
    z.strictObject({ kind: z.literal('queues'), queues: z.array(queueDepth) }),
  ])
  .meta({ id: 'LiveEvent' });

export type LiveEvent = z.infer<typeof liveEvent>;
