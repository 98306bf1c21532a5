import { z } from 'zod';
import { accountRef, key, name, timestamp, uuid } from '../shared.ts';

export const account = z
  .strictObject({
    id: uuid,
    key,
    name: z.string(),
    enabled: z.boolean().meta({ description: 'The master switch: off stops its syncs.' }),
    connections: z.int(),
    attention: z.int().meta({ description: 'How many of its connections a person has to look at.' }),
    invalidRecords: z.int().meta({ description: 'Open in quarantine, counted up to 1,000.' }),
    openAlerts: z.int().meta({ description: 'Open, and acknowledged by nobody.' }),
    openRuns: z.int().meta({ description: 'Sync runs that are queued, running or storing.' }),
    createdAt: timestamp,
  })
  .meta({ id: 'Account' });

export const newAccount = z.strictObject({ key, name, enabled: z.boolean().default(true) });
export const accountChange = z.strictObject({ name: name.optional(), enabled: z.boolean().optional() });
export const accountParams = z.strictObject({ accountId: accountRef });
