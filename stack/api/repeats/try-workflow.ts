import { tryWorkflow as endpoint } from '@middle/contract/repeats/try-workflow.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { clipped } from '@middle/core/workflow/clip.ts';
import { Redactor } from '@middle/core/workflow/redactor.ts';
import type { RunnableWorkflow } from '@middle/core/workflow/replay.ts';
import type { Database } from '@middle/store/database.ts';
import { openExecution, readWithLog } from '@middle/store/executions/recorded.ts';
import type { OpenedExecution } from '@middle/store/executions/recorded.ts';
import { findRecordSet, readRecord } from '@middle/store/executions/sources.ts';
import {
  runnableForTrial,
  TRIAL_SECONDS,
  TRIAL_STEPS_MAX,
  tryWorkflow as tryIt,
} from '@middle/store/executions/trial.ts';
import type { TrialResult } from '@middle/store/executions/trial.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { handler } from '../call.ts';
import type { Deps } from '../deps.ts';
import { requireOwnConnections } from '@middle/store/workflows/check.ts';
import { existingWorkflow } from '../workflows/existing.ts';

export const tryWorkflow = handler(endpoint, async ({ deps, params, body, accountId }) => {
  const { workflowId } = params;
  const workflow = await existingWorkflow(deps.database, workflowId);
  const definition = body.definition ?? workflow.draft;
  const bindings = body.bindings ?? workflow.bindings;
  if (body.bindings !== undefined) await requireOwnConnections(deps.database, accountId, body.bindings);
  const execution = body.executionId === undefined ? null : await opened(deps, workflowId, body.executionId);
  const base = { accountId, workflowId, definition, bindings };
  const runnable = await runnableForTrial(deps, base, execution !== null);
  const records = await recordsFor(deps.database, runnable, body.records);
  const inputs = { ...execution?.recorded.inputs, ...records, ...body.input };
  const now = deps.clock.now();
  const request = { ...base, inputs, outputs: body.outputs, execution, id: uuidv7(now), now };
  const result = await tryIt(deps, request, runnable);
  const hidden = definition.inputs.filter((one) => one.protected).map(({ key }) => inputs[key]);
  const redactor = new Redactor([...hidden, ...Object.values(execution?.hidden ?? {})]);
  return answer(result, inputs, (value) => redactor.redact(value));
});

async function opened(deps: Deps, workflowId: string, id: string): Promise<OpenedExecution> {
  const kept = await readWithLog(deps.database, id);
  if (kept.execution.workflowId === workflowId) return openExecution(deps.keys, kept);
  throw new MiddleError('not_found', `the workflow has no execution ${id}`);
}

/** Records stand for the inputs whose types are records. */
async function recordsFor(
  database: Database,
  { definition, bindings }: RunnableWorkflow,
  ids: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const found = Object.entries(ids).map(async ([key, id]) => {
    const type = definition.inputs.find((one) => one.key === key)?.type;
    if (type?.kind !== 'record') {
      throw new MiddleError('request_invalid', `${key} is no input that is a record`, {
        hint: 'Give its value in `input`.',
      });
    }
    const connection = bindings[type.connection];
    const set = connection === undefined ? null : await findRecordSet(database, connection, type.recordType);
    if (set === null) {
      throw new MiddleError(
        'connection_missing',
        `no connection with records of type "${type.recordType}" fills the slot "${type.connection}"`,
      );
    }
    const record = await readRecord(database, set, id);
    if (record === null)
      throw new MiddleError('not_found', `there is no record ${id} of the type ${type.recordType}`);
    return [key, record.data] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

function answer(
  { run, taken, stopped }: TrialResult,
  inputs: Readonly<Record<string, unknown>>,
  redact: (value: unknown) => unknown,
) {
  const shown = (value: unknown): unknown => clipped(redact(value ?? null));
  const failure = <Failure extends { readonly message: string }>(error: Failure | null): Failure | null =>
    error === null ? null : { ...error, message: String(redact(error.message)) };
  const steps = run.steps.map(({ place, step, input, outcome, from }) => {
    const { key, title, kind } = step;
    const base = {
      place,
      key,
      title,
      kind,
      input: shown(input),
      from,
      fromExecution: taken.get(place) ?? null,
    };
    return outcome.state === 'failed'
      ? { ...base, state: outcome.state, branch: null, output: null, error: failure(outcome.error) }
      : {
          ...base,
          state: outcome.state,
          branch: outcome.branch ?? null,
          output: shown(outcome.output),
          error: null,
        };
  });
  const { end, haltedAt } = run;
  return {
    input: Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, shown(value)])),
    steps,
    end: end === null ? null : { ...end, output: shown(end.output), error: failure(end.error) },
    stopped: stopped === null ? null : { code: stopped, message: WHY[stopped], place: haltedAt?.place ?? '' },
  };
}

const WHY = {
  steps: `it came to ${TRIAL_STEPS_MAX.toLocaleString('en')} steps, the most of a trial`,
  time: `it took more than ${TRIAL_SECONDS} seconds, the most of a trial`,
} as const;
