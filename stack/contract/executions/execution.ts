import { z } from 'zod';
import { failure, timestamp, uuid } from '../shared.ts';

export const executionParams = z.strictObject({ executionId: uuid });

export const EXECUTION_STATES = ['ready', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const;
export const EXECUTION_CAUSES = ['trigger', 'person', 'workflow', 'bulk', 'api', 'again'] as const;

export const executionState = z.enum(EXECUTION_STATES).meta({
  description:
    '`ready`: its turn comes; `waiting`: for a time, a record, or what it began; the others are ends.',
});

const recordOf = z.strictObject({
  connectionId: uuid,
  recordType: z.string(),
  id: z.string(),
  version: z.int().nullable(),
});

const shown = {
  id: uuid,
  accountId: uuid,
  workflowId: uuid,
  workflowName: z.string(),
  version: z.int(),
  state: executionState,
  cause: z.enum(EXECUTION_CAUSES),
  startedBy: z.string().nullable().meta({ description: 'The person or key; null when it was nobody.' }),
  triggerId: uuid.nullable(),
  triggerName: z.string().nullable().meta({ description: 'Null too when the trigger was deleted.' }),
  parentId: uuid
    .nullable()
    .meta({ description: 'The execution that called it, or whose bulk step began it.' }),
  parentPlace: z.string().nullable(),
  againOf: uuid.nullable().meta({ description: 'The execution that it runs again.' }),
  againFrom: z.string().nullable().meta({ description: 'The place it began from; null: the start.' }),
  record: recordOf.nullable().meta({
    description: 'What set it off, or what the bulk step gave it. Null too when its connection was deleted.',
  }),
  queuedAt: timestamp,
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  nextAt: timestamp.nullable().meta({ description: 'While it waits: when it looks again by itself.' }),
  cancelRequested: z.boolean(),
  cancelledBy: z.string().nullable(),
  restarts: z.int().meta({ description: 'How often a worker that had it went silent.' }),
  steps: z.int().nullable().meta({ description: 'Steps that it ran; null while it is under way.' }),
  error: failure.nullable(),
};

/** One of a list. */
export const execution = z.strictObject(shown).meta({ id: 'Execution' });

export const bulkProgress = z
  .strictObject({
    place: z.string(),
    workflowId: uuid,
    total: z.int().nullable().meta({ description: 'Records when it began, an estimate.' }),
    isRead: z.boolean().meta({ description: 'Whether every record was looked at.' }),
    lookedAt: z.int(),
    begun: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    beganAt: timestamp,
  })
  .meta({ id: 'BulkProgress' });

export const exportFile = z
  .strictObject({
    id: uuid,
    place: z.string(),
    name: z.string(),
    total: z.int().nullable().meta({ description: 'Records when it began, an estimate.' }),
    lookedAt: z.int(),
    rows: z.int(),
    bytes: z.int().nullable().meta({ description: 'Null while it is written.' }),
    beganAt: timestamp,
    storedAt: timestamp.nullable(),
    expiresAt: timestamp,
  })
  .meta({ id: 'ExportFile' });

export const executionDetail = z
  .strictObject({
    ...shown,
    input: z.record(z.string(), z.unknown()).meta({
      description: 'Protected values are “[protected]”; they are stored sealed and shown to nobody.',
    }),
    output: z.unknown(),
    endedIn: z.string().nullable().meta({
      description: 'The place of the step that ended it; null when its last step was passed.',
    }),
    bulk: z.array(bulkProgress).meta({ description: 'Of its bulk steps.' }),
    files: z.array(exportFile).meta({
      description: 'Of its file exports, while they are written and as long as they are kept.',
    }),
  })
  .meta({ id: 'ExecutionDetail' });

const attempt = z.strictObject({
  invocation: uuid.nullable(),
  startedAt: timestamp.nullable(),
  error: failure,
});

export const stepRun = z
  .strictObject({
    sequence: z.int().meta({ description: 'From 1, in the order in which they ran.' }),
    place: z.string().meta({ description: 'The step’s key and, within for eachs, the items: notify[1].' }),
    key: z.string(),
    title: z.string(),
    kind: z.string(),
    state: z.enum(['running', 'waiting', 'succeeded', 'failed', 'cancelled']),
    branch: z.string().nullable().meta({ description: 'The block that it went on with.' }),
    attempts: z.int(),
    input: z.unknown(),
    output: z.unknown(),
    error: failure.nullable(),
    tried: z.array(attempt).meta({ description: 'Earlier attempts and what they failed with.' }),
    invocationId: uuid
      .nullable()
      .meta({ description: 'Of the last attempt of an action; its log is there.' }),
    reused: z.boolean().meta({ description: 'Taken over from the execution that this one runs again.' }),
    queuedAt: timestamp.meta({ description: 'When the step before it was stored.' }),
    startedAt: timestamp,
    ranAt: timestamp.nullable().meta({ description: 'When its work ended.' }),
    storedAt: timestamp,
  })
  .meta({ id: 'StepRun' });
