import { z } from 'zod';
import { queueDepth } from '../queues/queue.ts';
import { uuid } from '../shared.ts';
import { syncRun } from '../syncs/sync.ts';

/** What the stream sends: `event: KIND`, `data:` this as JSON. */
export const liveEvent = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('run'), run: syncRun }),
    z.strictObject({ kind: z.literal('queues'), queues: z.array(queueDepth) }),
    z.strictObject({ kind: z.literal('executions'), accountId: uuid, workflowId: uuid }).meta({
      description: 'Executions of this workflow were started or ended: what was read of them is old.',
    }),
  ])
  .meta({ id: 'LiveEvent' });

export type LiveEvent = z.infer<typeof liveEvent>;
