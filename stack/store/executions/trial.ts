import sql from 'sql-template-tag';
import { askOf, isInside } from '@middle/core/workflow/ask.ts';
import type { SeenStep } from '@middle/core/workflow/ask.ts';
import type { StepOutcome } from '@middle/core/workflow/course.ts';
import type { Step, WaitStep, WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { dryRun } from '@middle/core/workflow/dry-run.ts';
import type { DryRunResult, Settlement } from '@middle/core/workflow/dry-run.ts';
import { exampleOf } from '@middle/core/workflow/example-output.ts';
import { givenOutput, refusalOf } from '@middle/core/workflow/replay.ts';
import type { RunnableWorkflow } from '@middle/core/workflow/replay.ts';
import { outputTypeOf } from '@middle/core/workflow/scopes.ts';
import { errorOf } from '@middle/core/workflow/step-outcome.ts';
import { walk } from '@middle/core/workflow/tree.ts';
import type { Queryable } from '../database.ts';
import { pastRelatives } from './past.ts';
import { polite } from './polite.ts';
import { CompiledProgram } from './program.ts';
import type { OpenedExecution } from './recorded.ts';
import { presentRelatives } from './related.ts';
import type { RelatedDeps } from './related.ts';
import { findRecordSet, readRecord } from './sources.ts';
import { readSurroundings } from './surroundings.ts';

/** Where the output of a step comes from that is not worked out. */
export type TrialFrom = 'given' | 'execution' | 'latest' | 'example';

export interface TrialRequest {
  readonly accountId: string;
  readonly workflowId: string;
  readonly definition: WorkflowDefinition;
  readonly bindings: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What steps that touch the outside give, by their places or keys. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Tried with its moments and random values, its related records, and what its steps gave. */
  readonly execution: OpenedExecution | null;
  /** Of the execution that is made up when none is given. */
  readonly id: string;
  readonly now: Date;
}

export interface TrialResult {
  readonly run: DryRunResult<TrialFrom>;
  /** The executions whose outputs were taken, by the place of the step. */
  readonly taken: ReadonlyMap<string, string>;
  /** Why it came to no end. */
  readonly stopped: 'steps' | 'time' | null;
}

export const TRIAL_STEPS_MAX = 1_000;
export const TRIAL_SECONDS = 5;
/** Ended executions that are looked through for what a step gave. */
const LATEST_EXECUTIONS = 50;
const LATEST_STEPS = 500;

/** Connections of other accounts are like none. */
export async function runnableForTrial(
  deps: RelatedDeps,
  request: Pick<TrialRequest, 'accountId' | 'definition' | 'bindings'>,
  isPast: boolean,
): Promise<RunnableWorkflow> {
  const { accountId, definition } = request;
  const surroundings = await readSurroundings(deps.database, accountId, definition, request.bindings);
  const own = Object.entries(request.bindings).filter(([slot]) => surroundings.recordTypes.has(slot));
  const bindings = Object.fromEntries(own);
  const relatives = isPast ? pastRelatives(deps, () => {}) : presentRelatives(deps);
  const program = polite(new CompiledProgram(relatives, definition, surroundings, bindings));
  return { definition, bindings, surroundings, program };
}

/** Goes through a workflow without touching the outside, storing or starting anything. */
export async function tryWorkflow(
  deps: RelatedDeps,
  request: TrialRequest,
  runnable: RunnableWorkflow,
): Promise<TrialResult> {
  return new Trial(deps, request, runnable).run();
}

class Trial {
  readonly #deps: RelatedDeps;
  readonly #request: TrialRequest;
  readonly #runnable: RunnableWorkflow;
  readonly #taken = new Map<string, string>();
  #latest: Promise<ReadonlyMap<string, LatestOutput>> | null = null;
  #stopped: TrialResult['stopped'] = null;

  constructor(deps: RelatedDeps, request: TrialRequest, runnable: RunnableWorkflow) {
    this.#deps = deps;
    this.#request = request;
    this.#runnable = runnable;
  }

  async run(): Promise<TrialResult> {
    const { inputs, execution, id, now } = this.#request;
    const until = performance.now() + TRIAL_SECONDS * 1_000;
    const recorded = new Map(execution?.recorded.steps.map((step) => [step.place, step]));
    const run = await dryRun<TrialFrom>({
      ...this.#runnable,
      inputs,
      variables: null,
      execution: execution?.recorded ?? { id, startedAt: now, cause: 'person' },
      momentsOf: (place) => recorded.get(place) ?? null,
      settle: (seen) => this.#settle(seen),
      mayGoOn: (steps) => {
        this.#stopped = steps >= TRIAL_STEPS_MAX ? 'steps' : performance.now() > until ? 'time' : null;
        return this.#stopped === null;
      },
    });
    return { run, taken: this.#taken, stopped: this.#stopped };
  }

  async #settle(seen: SeenStep): Promise<Settlement<TrialFrom> | null> {
    const { step, place } = seen;
    if (isInside(step)) return null;
    const ask = await askOf(this.#runnable.program, this.#runnable.bindings, seen);
    const input = ask.values;
    const refusal = ask.error ?? refusalOf(this.#runnable, step, input);
    if (refusal !== null) return { kind: 'gives', outcome: failed(refusal), input, from: 'worked_out' };
    const given = givenOutput(this.#request.outputs, step.key, place);
    if (given !== undefined) return { kind: 'gives', outcome: gives(given), input, from: 'given' };
    const { execution } = this.#request;
    const before = execution?.recorded.steps.find((one) => one.place === place && one.kind === step.kind);
    if (execution !== null && before?.state === 'succeeded') {
      this.#taken.set(place, execution.recorded.id);
      const outcome = {
        state: 'succeeded',
        output: before.output,
        branch: before.branch ?? undefined,
      } as const;
      return { kind: 'gives', outcome, input, from: 'execution' };
    }
    if (step.kind === 'wait') {
      return this.#waitForRecord(seen, step).catch((error: unknown) => {
        return { kind: 'gives', outcome: failed(errorOf(error)), input, from: 'worked_out' } as const;
      });
    }
    const latest = (await this.#latestOutputs()).get(`${step.kind} ${step.key}`);
    if (latest !== undefined) {
      this.#taken.set(place, latest.executionId);
      return { kind: 'gives', outcome: gives(latest.output), input, from: 'latest' };
    }
    const example = exampleOf(outputTypeOf(step, this.#runnable.surroundings));
    return { kind: 'gives', outcome: gives(example), input, from: 'example' };
  }

  /** Looks at the record as it is; one that is not yet as it is waited for is taken as it is. */
  async #waitForRecord({ evaluate }: SeenStep, { until }: WaitStep): Promise<Settlement<TrialFrom> | null> {
    if (until.kind !== 'record') return null;
    const { database } = this.#deps;
    const id = await evaluate(until.id);
    const connection = this.#runnable.bindings[until.source.connection];
    const set =
      connection === undefined ? null : await findRecordSet(database, connection, until.source.recordType);
    const record = set === null || typeof id !== 'string' ? null : await readRecord(database, set, id);
    const data = record?.data ?? null;
    const isMet = (await evaluate(until.criteria, { record: data })) === true;
    const outcome = gives({ met: true, record: data });
    return { kind: 'gives', outcome, input: { id }, from: isMet ? 'worked_out' : 'example' };
  }

  #latestOutputs(): Promise<ReadonlyMap<string, LatestOutput>> {
    const { workflowId, definition } = this.#request;
    this.#latest ??= readLatestOutputs(
      this.#deps.database,
      workflowId,
      [...walk(definition)].map(({ step }) => step),
    );
    return this.#latest;
  }
}

function gives(output: unknown): StepOutcome {
  return { state: 'succeeded', output };
}

function failed(error: Extract<StepOutcome, { state: 'failed' }>['error']): StepOutcome {
  return { state: 'failed', error };
}

interface LatestOutput {
  readonly name: string;
  readonly output: unknown;
  readonly executionId: string;
}

/** What steps gave when they last succeeded, by their kinds and keys: as it is shown, without protected values. */
async function readLatestOutputs(
  db: Queryable,
  workflowId: string,
  steps: readonly Step[],
): Promise<ReadonlyMap<string, LatestOutput>> {
  const names = steps.filter((step) => !isInside(step)).map(({ kind, key }) => `${kind} ${key}`);
  const { rows } = await db.query<LatestOutput>(sql`
    select distinct on (r.name) r.name, r.output, r.execution_id as "executionId"
    from (select id from middle.execution where workflow_id = ${workflowId} order by id desc limit ${LATEST_EXECUTIONS}) e
    cross join lateral (
      select r.execution_id, r.sequence, r.state, r.output, r.kind || ' ' || split_part(r.place, '[', 1) as name
      from middle.step_run r where r.execution_id = e.id order by r.sequence limit ${LATEST_STEPS}) r
    where r.state = 'succeeded' and r.name = any(${names}::text[])
    order by r.name, r.execution_id desc, r.sequence desc`);
  return new Map(rows.map((row) => [row.name, row]));
}
