import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { key, timestamp, uuid } from '../shared.ts';

const balance = z
  .strictObject({
    appKey: key,
    connectionId: uuid.nullable().meta({ description: 'Null: the app as a whole.' }),
    connectionName: z.string().nullable(),
    counters: z
      .record(z.string(), z.number())
      .meta({ description: 'Such as accepted, stored, set aside, dead-lettered.' }),
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
  summary: 'What was accepted against what was stored, set aside and dead-lettered',
  permission: 'balance.read',
  response: z.strictObject({ balanced: z.boolean(), items: z.array(balance) }),
});
