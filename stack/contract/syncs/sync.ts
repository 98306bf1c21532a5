import { STALLED_TICKS } from '@middle/core/sync-plan.ts';
import { z } from 'zod';
import { count, dataKey, failure, key, timestamp, uuid } from '../shared.ts';

export const SYNC_KINDS = ['complete', 'recent', 'lookup'] as const;
export const RUN_STATES = ['queued', 'running', 'storing', 'succeeded', 'failed', 'cancelled'] as const;
export const RUN_CAUSES = ['schedule', 'catch_up', 'person', 'foreign_key'] as const;

const attributeType = z.enum([
  'primary_id',
  'foreign_key',
  'string',
  'number',
  'iso_date',
  'iso_datetime',
  'boolean',
  'array',
]);
const leaf = {
  key: dataKey,
  type: attributeType,
  title: z.string(),
  description: z.string().optional(),
  references: z.string().optional(),
};

export const recordType = z
  .strictObject({
    key: dataKey,
    title: z.string(),
    description: z.string().optional(),
    attributes: z.array(z.strictObject({ ...leaf, attributes: z.array(z.strictObject(leaf)).optional() })),
  })
  .meta({ id: 'RecordType' });

export const syncRun = z
  .strictObject({
    id: uuid,
    syncId: uuid,
    connection: z.strictObject({ id: uuid, name: z.string(), appKey: key, iconColor: z.string() }),
    accountId: uuid,
    recordType: z.string(),
    recordTypeTitle: z.string(),
    kind: z.enum(SYNC_KINDS),
    cause: z.enum(RUN_CAUSES),
    startedBy: z.string().nullable(),
    input: z.record(z.string(), z.unknown()),
    state: z.enum(RUN_STATES),
    attempts: z.int(),
    maxAttempts: z.int(),
    nextAttemptAt: timestamp,
    progress: z.strictObject({ done: z.number().nullable(), total: z.number().nullable() }).nullable(),
    progressedAt: timestamp,
    cancelRequested: z.boolean(),
    queuedAt: timestamp,
    startedAt: timestamp.nullable(),
    endedAt: timestamp.nullable(),
    counts: z.strictObject({
      created: z.int(),
      updated: z.int(),
      unchanged: z.int(),
      older: z.int().meta({ description: 'Emissions that a newer one had overtaken.' }),
      invalid: z.int(),
      deleted: z.int(),
    }),
    bytes: z.number(),
    error: failure.nullable(),
    warning: z.string().nullable().meta({
      description: 'Why a run that succeeded deserves a look, such as that nothing was marked deleted.',
    }),
  })
  .meta({ id: 'SyncRun' });

const catchUp = z.strictObject({
  weekday: z.int().min(1).max(7).meta({ description: '1 is Monday.' }),
  hour: z.int().min(0).max(23),
  timeZone: z.string().min(1).max(60),
  windowDays: z.int().min(1).max(366),
});

export const sync = z
  .strictObject({
    id: uuid,
    kind: z.enum(SYNC_KINDS),
    functionKey: z.string(),
    enabled: z.boolean(),
    everySeconds: z.int().nullable().meta({ description: 'Null: only by hand, and for lookups.' }),
    overlapSeconds: z.int(),
    catchUp: catchUp.nullable(),
    markDeleted: z.boolean(),
    stallSeconds: z.int(),
    nextTickAt: timestamp.nullable(),
    succeededAt: timestamp.nullable().meta({ description: 'When a run of it last succeeded.' }),
    stalled: z.boolean().meta({
      description: `Its schedule ticked ${String(STALLED_TICKS)} times or more since it last succeeded, and no run comes further.`,
    }),
    lastRun: z
      .strictObject({
        id: uuid,
        state: z.enum(RUN_STATES),
        queuedAt: timestamp,
        endedAt: timestamp.nullable(),
        error: failure.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Sync' });

export const syncChange = z.strictObject({
  enabled: z.boolean().optional(),
  everySeconds: z.int().min(10).max(2_678_400).nullable().optional(),
  overlapSeconds: z.int().min(0).max(2_678_400).optional(),
  catchUp: catchUp.nullable().optional(),
  markDeleted: z.boolean().optional(),
  stallSeconds: z.int().min(10).max(86_400).optional(),
});

/** What one run is given; which of them depends on the kind. */
export const runInput = z.strictObject({
  since: timestamp.optional().meta({ description: 'Recent: from here. Absent: where the last run ended.' }),
  until: timestamp.optional().meta({ description: 'Recent: up to here. Absent: now.' }),
  id: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: 'Lookup: the primary id. Needed for a lookup.' }),
});

/** One record type of one connection: its definition, how much is stored, its syncs. */
export const recordSet = z
  .strictObject({
    id: z.int(),
    recordType,
    records: count,
    deletedRecords: count,
    invalidRecords: z.int().meta({ description: 'Open in quarantine, counted up to 1,000.' }),
    syncs: z.array(sync),
  })
  .meta({ id: 'RecordSet' });

export const syncParams = z.strictObject({ syncId: uuid });
export const runParams = z.strictObject({ runId: uuid });
