import { z } from 'zod';
import { connectionParams } from '../connections/connection.ts';
import { dataKey, timestamp, uuid } from '../shared.ts';

export const recordData = z.record(z.string(), z.unknown());

export const recordSummary = z
  .strictObject({
    id: z.string().meta({ description: 'The value of the primary id.' }),
    version: z.int(),
    data: recordData,
    createdAt: timestamp,
    updatedAt: timestamp,
    deletedAt: timestamp
      .nullable()
      .meta({ description: 'When a complete transfer no longer found it at the source.' }),
  })
  .meta({ id: 'RecordSummary' });

/** A foreign key of a record and whether the record it names is stored. */
export const reference = z.strictObject({
  attribute: z.string(),
  recordType: z.string(),
  id: z.string(),
  stored: z.boolean(),
});

export const record = recordSummary
  .extend({
    recordType: z.string(),
    connectionId: uuid,
    invocationId: uuid.meta({ description: 'Which run of a function wrote this version.' }),
    lastUsedAt: timestamp.nullable(),
    expiresAt: timestamp
      .nullable()
      .meta({ description: 'When retention will delete it, if nothing uses it; null: never.' }),
    references: z.array(reference),
  })
  .meta({ id: 'Record' });

export const recordVersion = z
  .strictObject({
    version: z.int(),
    data: recordData,
    invocationId: uuid,
    deletedAt: timestamp.nullable(),
    validFrom: timestamp,
    replacedAt: timestamp.nullable().meta({ description: 'Null: the state in force.' }),
    changed: z.array(z.string()).meta({ description: 'Attributes that differ from the version before.' }),
  })
  .meta({ id: 'RecordVersion' });

export const recordSetParams = connectionParams.extend({ recordType: dataKey });
export const recordParams = recordSetParams.extend({ recordId: z.string().min(1).max(500) });

/** `attribute:operator:value`; is_null and is_not_null take no value. */
export const FILTER_PATTERN =
  /^[^:]{1,63}:(?:(?:is|is_not|contains|starts_with|lt|lte|gt|gte):[\s\S]{0,500}|is_null|is_not_null)$/;
export const SORT_PATTERN = /^[^:]{1,63}:(?:asc|desc)$/;
