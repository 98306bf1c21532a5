import { z } from 'zod';
import { timestamp, uuid } from '../shared.ts';

export const INVALID_STATES = ['open', 'reprocessed', 'dismissed'] as const;

export const invalidRecord = z
  .strictObject({
    id: uuid,
    connectionId: uuid,
    recordType: z.string(),
    recordId: z.string().nullable(),
    invocationId: uuid,
    runId: uuid.nullable(),
    data: z.unknown().meta({ description: 'Null when it was not JSON; then raw has the text.' }),
    raw: z.string().nullable(),
    problems: z.array(
      z.strictObject({ path: z.string(), problem: z.string(), value: z.unknown().optional() }),
    ),
    state: z.enum(INVALID_STATES),
    createdAt: timestamp,
    settledAt: timestamp.nullable(),
  })
  .meta({ id: 'InvalidRecord' });

/** A change of the record type that would make invalid records valid. */
export const proposedChange = z
  .strictObject({
    recordType: z.string(),
    attribute: z.string(),
    change: z.enum(['add_attribute', 'remove_attribute', 'change_type']),
    from: z.string().nullable(),
    to: z.string().nullable(),
    records: z.int().meta({ description: 'How many of the looked-at invalid records have this problem.' }),
    reason: z.string(),
  })
  .meta({ id: 'ProposedChange' });

export const invalidRecordParams = z.strictObject({ invalidRecordId: uuid });
