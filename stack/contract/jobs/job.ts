import { z } from 'zod';
import { failure, timestamp, uuid } from '../shared.ts';

export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;

export const jobKind = z.enum([
  'search_rebuild',
  'search_check',
  'reprocess',
  'balance_check',
  'connection_test',
  'replay',
  'run_again',
  'mail_test',
  'alert_channel_test',
  'module_update',
]);

/** Work that a person asked the worker for. */
export const job = z
  .strictObject({
    id: uuid,
    kind: jobKind,
    subject: z.string(),
    state: z.enum(JOB_STATES),
    attempts: z.int(),
    progress: z.strictObject({ done: z.number(), total: z.number().nullable() }).nullable(),
    result: z.unknown(),
    error: failure.nullable(),
    cancelRequested: z.boolean(),
    requestedBy: z.string(),
    queuedAt: timestamp,
    startedAt: timestamp.nullable(),
    endedAt: timestamp.nullable(),
  })
  .meta({ id: 'Job' });

export const jobParams = z.strictObject({ jobId: uuid });
