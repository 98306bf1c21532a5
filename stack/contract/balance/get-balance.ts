import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { key, timestamp, uuid } from '../shared.ts';

const balance = z
  .strictObject({
    of: z.enum(['app', 'connection', 'workflow']),
    appKey: key.nullable().meta({ description: 'Null: of a workflow.' }),
    connectionId: uuid.nullable(),
    connectionName: z.string().nullable(),
    workflowId: uuid.nullable(),
    workflowName: z.string().nullable(),
    accountId: uuid.nullable().meta({ description: 'Null: of an app, so of all accounts.' }),
    accountName: z.string().nullable(),
    counters: z.record(z.string(), z.number()).meta({
      description:
        'Such as accepted, created, set aside, dead-lettered; of workflows started, succeeded, failed.',
    }),
    differences: z
      .array(
        z.strictObject({ name: z.string(), expected: z.number(), actual: z.number(), message: z.string() }),
      )
      .meta({ description: 'Empty: the books balance.' }),
    checkedAt: timestamp.nullable(),
  })
  .meta({ id: 'Balance' });

export const getBalance = defineEndpoint({
  method: 'GET',
  path: '/balance',
  summary:
    'What was accepted against what was stored, set aside and dead-lettered; what was started against what ended',
  permission: 'balance.read',
  response: z.strictObject({ balanced: z.boolean(), items: z.array(balance) }),
});
