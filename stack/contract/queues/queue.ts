import { z } from 'zod';
import { key, timestamp } from '../shared.ts';

export const queueDepth = z
  .strictObject({
    appKey: key,
    visible: z.int(),
    inFlight: z.int(),
    delayed: z.int(),
    dead: z.int(),
    oldestAgeSeconds: z.number().nullable(),
  })
  .meta({ id: 'QueueDepth' });

export const deadLetter = z
  .strictObject({
    id: z.string(),
    reason: z.strictObject({ code: z.string(), message: z.string() }),
    bytes: z.int(),
    body: z.string().meta({ description: 'As text, without the token, cut after 20,000 characters.' }),
    receiveCount: z.int(),
    sentAt: timestamp,
    diedAt: timestamp,
  })
  .meta({ id: 'DeadLetter' });
