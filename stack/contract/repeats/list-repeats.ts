import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { list, timestamp, uuid } from '../shared.ts';
import { executionParams } from '../executions/execution.ts';

export const listRepeats = defineEndpoint({
  method: 'GET',
  path: '/executions/{executionId}/repeats',
  summary: 'The execution that began a family of repeats, and all repeats of it',
  description:
    'The first of them is the one that repeats nothing. Ones that have expired are left out. At most 200.',
  permission: 'executions.read',
  params: executionParams,
  response: list(
    z
      .strictObject({
        id: uuid,
        againOf: uuid.nullable(),
        againFrom: z.string().nullable().meta({ description: 'The place it began from; null: the start.' }),
        version: z.int(),
        state: z.enum(['ready', 'running', 'waiting', 'succeeded', 'failed', 'cancelled']),
        startedBy: z.string().nullable(),
        queuedAt: timestamp,
        endedAt: timestamp.nullable(),
      })
      .meta({ id: 'Repeat' }),
  ),
});
