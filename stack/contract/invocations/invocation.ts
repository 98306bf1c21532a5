import { z } from 'zod';
import { cursor, failure, key, pageQuery, timestamp, uuid } from '../shared.ts';

export const OUTCOMES = [
  'ok',
  'user_error',
  'developer_error',
  'platform_error',
  'restarted',
  'cancelled',
] as const;

export const invocation = z
  .strictObject({
    id: uuid,
    runId: uuid.nullable(),
    connectionId: uuid,
    appKey: key,
    version: z.string(),
    functionKey: z.string(),
    kind: z.enum(['sync', 'action', 'auth', 'test', 'webhook']),
    attempt: z.int(),
    state: z.enum(['running', 'ended']),
    outcome: z.enum(OUTCOMES).nullable(),
    startedAt: timestamp,
    endedAt: timestamp.nullable(),
    durationMilliseconds: z.int().nullable(),
    start: z.string().nullable().meta({ description: 'How its process was had: cold, pool or warm.' }),
    messages: z.int().nullable().meta({ description: 'How many it sent; null until known.' }),
    appliedMessages: z.int(),
    sentRecords: z.int().nullable(),
    appliedRecords: z.int(),
    bytes: z.number(),
    error: failure.nullable(),
  })
  .meta({ id: 'Invocation' });

export const logLine = z
  .strictObject({
    at: timestamp,
    level: z.enum(['debug', 'info', 'warn', 'error']),
    text: z.string(),
  })
  .meta({ id: 'LogLine' });

export const logQuery = pageQuery.extend({
  limit: z.coerce.number<number>().int().min(1).max(1000).default(200),
  text: z.string().max(200).optional().meta({ description: 'Only lines that contain this.' }),
  after: cursor.optional(),
});

export const invocationParams = z.strictObject({ invocationId: uuid });
