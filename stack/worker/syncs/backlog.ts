import type { Queues } from '@middle/cloud/ports/queue.ts';

/** A stack that was stopped, or a backlog, leaves messages waiting for longer: they are late, not lost. */
export async function hasMessages(queues: Queues, app: string): Promise<boolean> {
  const { visible, inFlight, delayed } = await queues.open(app).stats();
  return visible + inFlight + delayed > 0;
}
