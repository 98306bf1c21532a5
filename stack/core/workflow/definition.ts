import { z } from 'zod';
import { expressionTypeSchema } from '../expression/type.ts';

/**
 * What a workflow does, as data: declared inputs, then a tree of steps. A draft is any value of this schema, also one
 * whose expressions are wrong yet; publishing checks it (check.ts) and makes an immutable version of it.
 */

/** Steps of one workflow, at any depth. */
export const STEPS_MAX = 500;
/** Blocks within blocks. */
export const DEPTH_MAX = 12;
/** Step runs of one execution: a for each within a for each could else go on for days. */
export const STEP_RUNS_MAX = 10_000;
/** Items of one for each. What is larger is a bulk step's work, which doesn't hold its items in memory. */
export const ITEMS_MAX = 1_000;
/** JSON text of one step's output, and of everything that an execution holds at a time. */
export const OUTPUT_MAX_BYTES = 262_144;
export const EXECUTION_MAX_BYTES = 1_048_576;
/** A wait or a whole execution ends after this long. */
const DAYS_MAX = 366;
const DAY = 86_400;

const key = z
  .string()
  .regex(
    /^[a-z][A-Za-z0-9_]{0,62}$/,
    'must be 1 to 63 letters, digits and underscores, beginning with a lower-case letter',
  );
const title = z.string().trim().min(1, 'must not be empty').max(120);
const notes = z.string().max(10_000).default('');
/** Checked when the workflow is published, by the types of what it can see. */
const expression = z.string().max(4_000);
const mapping = z.record(z.string().max(63), expression).default({});
const seconds = z.int().min(1);

const input = z.strictObject({
  key,
  title,
  type: expressionTypeSchema,
  required: z.boolean().default(true),
  /** Its values are stored sealed and shown to nobody. */
  protected: z.boolean().default(false),
});

const variable = z.strictObject({ key, title, type: expressionTypeSchema, initial: expression });

/** A place for a connection of this app; each workflow that runs says which connection fills it. */
const slot = z.strictObject({ key, title, app: z.string().min(1).max(63) });

/** A choice that is still open in a draft; it keeps the draft from being published. */
const open = z.literal('');
const slotKey = key.or(open);
const calledWorkflow = z.uuid().or(open);

/** One record type of the connection in a slot. */
const recordSource = z.strictObject({ connection: slotKey, recordType: z.string().max(63) });

const retry = z.strictObject({
  /** The first one included. */
  attempts: z.int().min(1).max(20).default(3),
  firstSeconds: z.int().min(1).max(3_600).default(5),
  /** Each wait is longer than the one before by this. */
  factor: z.number().min(1).max(10).default(2),
  mostSeconds: z.int().min(1).max(DAY).default(600),
  /** Error codes worth another attempt; absent: every error that may pass by itself. */
  codes: z.array(z.string().max(63)).max(50).optional(),
});

const base = {
  key,
  title,
  notes,
};

// Each kind of step without the blocks it holds: those are steps again, so their types are written out below.

const decision = z.strictObject({
  ...base,
  kind: z.literal('decision'),
  criteria: expression,
});

const switchCase = z.strictObject({ key, title, equals: z.array(expression).min(1).max(50) });

const switchStep = z.strictObject({
  ...base,
  kind: z.literal('switch'),
  value: expression,
});

const action = z.strictObject({
  ...base,
  kind: z.literal('action'),
  connection: slotKey,
  action: z.string().max(63),
  input: mapping,
  retry: retry.prefault({}),
  /** For each attempt; never longer than the action's own limit. */
  timeLimitSeconds: seconds.max(900).optional(),
});

const set = z.strictObject({ ...base, kind: z.literal('set'), variable: key.or(open), value: expression });

const each = z.strictObject({
  ...base,
  kind: z.literal('each'),
  items: expression,
  /** When an item's steps fail: end with that failure, or note it and go on with the next item. */
  onItemError: z.enum(['stop', 'continue']).default('stop'),
});

const wait = z.strictObject({
  ...base,
  kind: z.literal('wait'),
  until: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('duration'), seconds: expression }),
    z.strictObject({ kind: z.literal('moment'), at: expression }),
    /** Looked at again whenever the record changes. */
    z.strictObject({
      kind: z.literal('record'),
      source: recordSource,
      id: expression,
      /** Sees `record`: the record as it is then, null while there is none. */
      criteria: expression,
      deadlineSeconds: seconds.max(DAYS_MAX * DAY).default(DAY),
    }),
  ]),
});

const call = z.strictObject({
  ...base,
  kind: z.literal('call'),
  workflow: calledWorkflow,
  input: mapping,
});

const bulk = z.strictObject({
  ...base,
  kind: z.literal('bulk'),
  workflow: calledWorkflow,
  source: recordSource,
  /** Sees `record`; null: every record that is not deleted. */
  filter: expression.nullable().default(null),
  /** Of the started workflow; sees `record`. */
  input: mapping,
  /** Executions of it under way at a time. */
  atOnce: z.int().min(1).max(1_000).default(50),
  /** Executions of it begun in a minute; null: as fast as they end. */
  perMinute: z.int().min(1).max(600_000).nullable().default(null),
  /** This many failures end the step; null: it goes on to the end whatever happens. */
  failuresMax: z.int().min(1).nullable().default(null),
});

/** Columns of one file; a spreadsheet shows more, a person hardly reads them. */
export const COLUMNS_MAX = 200;
const KEEP_DAYS_MAX = 30;

/** `name` stands in the first line of a CSV file, and before each value of a line of JSON. */
const column = z.strictObject({ name: title, value: expression });

/** Writes records into a file that a link leads to. */
const fileExport = z.strictObject({
  ...base,
  kind: z.literal('export'),
  source: recordSource,
  /** Sees `record`; null: every record that is not deleted. */
  filter: expression.nullable().default(null),
  /** Their values see `record`. */
  columns: z.array(column).max(COLUMNS_MAX).default([]),
  format: z.enum(['csv', 'jsonl']).default('csv'),
  compression: z.enum(['none', 'gzip']).default('none'),
  /** Without the ending of its format; null: the step's title and the day. */
  fileName: expression.nullable().default(null),
  /** The file and its link are gone after this. */
  keepDays: z.int().min(1).max(KEEP_DAYS_MAX).default(7),
});

/** Ends the execution here, well or badly. */
const stop = z.strictObject({
  ...base,
  kind: z.literal('stop'),
  outcome: z.enum(['succeeded', 'failed']).default('succeeded'),
  message: expression.nullable().default(null),
});

interface Failing {
  /** What to do when the step (or one within it) failed for good; null: the failure goes on outward. */
  readonly onError: readonly Step[] | null;
}
export type SwitchCase = z.output<typeof switchCase> & { readonly block: readonly Step[] };
export type DecisionStep = z.output<typeof decision> &
  Failing & { readonly whenTrue: readonly Step[]; readonly whenFalse: readonly Step[] };
export type SwitchStep = z.output<typeof switchStep> &
  Failing & { readonly cases: readonly SwitchCase[]; readonly otherwise: readonly Step[] };
export type ActionStep = z.output<typeof action> & Failing;
export type SetStep = z.output<typeof set> & Failing;
export type EachStep = z.output<typeof each> & Failing & { readonly block: readonly Step[] };
export type WaitStep = z.output<typeof wait> &
  Failing & {
    /** When the deadline of a condition passes first; null: the step fails then. */
    readonly onDeadline: readonly Step[] | null;
  };
export type CallStep = z.output<typeof call> & Failing;
export type BulkStep = z.output<typeof bulk> & Failing;
export type ExportStep = z.output<typeof fileExport> & Failing;
export type StopStep = z.output<typeof stop>;
export type Step =
  | DecisionStep
  | SwitchStep
  | ActionStep
  | SetStep
  | EachStep
  | WaitStep
  | CallStep
  | BulkStep
  | ExportStep
  | StopStep;
export type StepKind = Step['kind'];

const block: z.ZodType<readonly Step[]> = z.lazy(() => z.array(step).max(STEPS_MAX));
const blockOrEmpty = block.default([]);
const blockOrNull = block.nullable().default(null);
const failing = { onError: blockOrNull };

const step: z.ZodType<Step> = z.discriminatedUnion('kind', [
  decision.extend({ whenTrue: blockOrEmpty, whenFalse: blockOrEmpty, ...failing }),
  switchStep.extend({
    cases: z
      .array(switchCase.extend({ block: blockOrEmpty }))
      .min(1)
      .max(50),
    otherwise: blockOrEmpty,
    ...failing,
  }),
  action.extend(failing),
  set.extend(failing),
  each.extend({ block: blockOrEmpty, ...failing }),
  wait.extend({ onDeadline: blockOrNull, ...failing }),
  call.extend(failing),
  bulk.extend(failing),
  fileExport.extend(failing),
  stop,
]);

export const workflowDefinitionSchema = z.strictObject({
  inputs: z.array(input).max(100).default([]),
  variables: z.array(variable).max(100).default([]),
  connections: z.array(slot).max(50).default([]),
  steps: z.array(step).max(STEPS_MAX).default([]),
  /** What a caller gets back: a workflow that calls it, or the real-time API. */
  output: z
    .array(z.strictObject({ key, title, value: expression }))
    .max(100)
    .default([]),
  timeLimitSeconds: seconds.max(DAYS_MAX * DAY).default(DAY),
});

export type WorkflowDefinition = z.output<typeof workflowDefinitionSchema>;
export type WorkflowInput = z.output<typeof input>;
export type WorkflowVariable = z.output<typeof variable>;
export type Slot = z.output<typeof slot>;
export type RecordSource = z.output<typeof recordSource>;
export type RetryPolicy = z.output<typeof retry>;
