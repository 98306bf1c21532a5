import type { OutgoingMessage, Queue } from '@middle/cloud/ports/queue.ts';
import { QUEUE_LIMITS } from '@middle/cloud/ports/queue.ts';
import { MiddleError } from '@middle/core/errors.ts';

export interface MemoryQueue extends Queue {
  readonly sent: Uint8Array[];
  /** False: messages are taken and forgotten. */
  keep: boolean;
  /** Called before each send; may wait or throw. */
  beforeSend: (messages: readonly OutgoingMessage[]) => Promise<void>;
}

/** Takes what functions send, within SQS's limits, for tests and benchmarks that look at messages and not at queues. */
export function memoryQueue(name: string): MemoryQueue {
  const sent: Uint8Array[] = [];
  const queue: MemoryQueue = {
    name,
    sent,
    keep: true,
    beforeSend: () => Promise.resolve(),
    send: async (messages) => {
      await queue.beforeSend(messages);
      const bytes = messages.reduce((sum, { body }) => sum + body.length, 0);
      if (messages.length > QUEUE_LIMITS.batchMaxMessages || bytes > QUEUE_LIMITS.batchMaxBytes) {
        throw new MiddleError(
          'queue_limit',
          `A batch of ${String(messages.length)} messages and ${String(bytes)} bytes.`,
        );
      }
      if (queue.keep) sent.push(...messages.map(({ body }) => body));
    },
    receive: () => Promise.resolve([]),
    extend: () => Promise.resolve(),
    delete: () => Promise.resolve(),
    reject: () => Promise.resolve(),
    stats: () =>
      Promise.resolve({ visible: sent.length, inFlight: 0, delayed: 0, dead: 0, oldestAgeSeconds: null }),
    deadLetters: () => Promise.resolve([]),
    redrive: () => Promise.resolve(0),
    deleteDead: () => Promise.resolve(0),
  };
  return queue;
}
