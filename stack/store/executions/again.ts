import sql from 'sql-template-tag';
import { repeatedInput, refused, stepsTakenOver } from '@middle/core/workflow/again.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { evaluateAll } from '@middle/core/workflow/mapping.ts';
import type { Queryable } from '../database.ts';
import { getWorkflow } from '../workflows/workflows.ts';
import { readBindings, readDefinition } from './load.ts';
import type { LoggedStep } from './load.ts';
import { pastRelatives } from './past.ts';
import { CompiledProgram } from './program.ts';
import { openExecution } from './recorded.ts';
import type { ExecutionWithLog, KeptExecution, OpenedExecution, Opener } from './recorded.ts';
import type { RelatedDeps } from './related.ts';
import { sealInput } from './sealed-input.ts';
import { startExecutions } from './start.ts';
import type { NewExecution } from './start.ts';
import { readSurroundings } from './surroundings.ts';

export interface AgainDeps extends RelatedDeps {
  readonly keys: Opener & { seal(plain: Uint8Array, context: string): Promise<Uint8Array> };
}

export interface AgainRequest {
  /** Of the new execution. */
  readonly id: string;
  /** A place of a step run; null: from the start. */
  readonly from: string | null;
  readonly version: 'recorded' | 'current';
  readonly by: string;
  readonly priority?: number;
}

/** A repeat that is ready to be written. */
export interface PreparedRepeat {
  readonly execution: NewExecution;
  readonly of: string;
  readonly takenOver: readonly TakenOver[];
}

interface TakenOver {
  readonly sequence: number;
  readonly sealed: Uint8Array | null;
}

/**
 * Makes an ended execution ready to run again: its protected values are sealed for the new one; from a step on, so is
 * what the steps before it gave.
 * @throws MiddleError repeat_refused, unsealing_failed
 */
export async function prepareRepeat(
  deps: AgainDeps,
  kept: ExecutionWithLog,
  request: AgainRequest,
): Promise<PreparedRepeat> {
  const { execution } = kept;
  const { id, from, by, priority } = request;
  const version = await versionFor(deps.database, execution, request.version);
  const opened = await openExecution(deps.keys, kept);
  const { workflowId, recordSetId, recordId, recordVersion } = execution;
  const own = await readDefinition(deps.database, workflowId, execution.version);
  const to = version === execution.version ? own : await readDefinition(deps.database, workflowId, version);
  const { inputs } = opened.recorded;
  const input = to === own ? inputs : repeatedInput(to.inputs, inputs);
  const before = from === null ? [] : stepsTakenOver(opened.recorded.steps, from, own, to);
  return {
    of: execution.id,
    takenOver: await sealAgain(deps.keys, id, kept.log.slice(0, before.length), opened),
    execution: {
      id,
      workflowId,
      version,
      cause: 'again',
      startedBy: by,
      again: { of: execution.id, from },
      record:
        recordSetId === null || recordId === null
          ? null
          : { recordSetId, id: recordId, version: recordVersion },
      variables: from === null ? null : await firstVariables(deps, execution, opened, { id, own, to }),
      ...(await sealInput(deps.keys, id, stillProtected(to, opened), input)),
      ...(priority !== undefined && { priority }),
    },
  };
}

/** @returns whether it is new: an id that is there already is left alone */
export async function startRepeat(
  db: Queryable,
  { execution, of, takenOver }: PreparedRepeat,
): Promise<boolean> {
  if ((await startExecutions(db, [execution])) === 0) return false;
  if (takenOver.length === 0) return true;
  await db.query(sql`
    insert into middle.step_run (execution_id, sequence, place, kind, state, branch, attempts, input, output, sealed,
      error, tried, invocation_id, reused, queued_at, started_at, ran_at)
    select ${execution.id}, r.sequence, r.place, r.kind, r.state, r.branch, r.attempts, r.input, r.output, t.sealed,
      r.error, r.tried, r.invocation_id, true, r.queued_at, r.started_at, r.ran_at
    from unnest(${takenOver.map(({ sequence }) => sequence)}::integer[],
      ${takenOver.map(({ sealed }) => sealed)}::bytea[]) t(sequence, sealed)
    join middle.step_run r on r.execution_id = ${of} and r.sequence = t.sequence`);
  return true;
}

async function versionFor(
  db: Queryable,
  { workflowId, version, state }: KeptExecution,
  wanted: AgainRequest['version'],
): Promise<number> {
  if (state === null) {
    throw refused('under_way', 'the execution is under way', {
      hint: 'Wait until it ends, or cancel it first.',
    });
  }
  const workflow = await getWorkflow(db, workflowId);
  if (workflow === null) throw refused('workflow_deleted', 'its workflow was deleted');
  if (!workflow.enabled) {
    throw refused('workflow_off', `“${workflow.name}” is switched off`, { hint: 'Switch it on first.' });
  }
  if (wanted === 'recorded') return version;
  if (workflow.version !== null) return workflow.version;
  throw refused('never_published', `“${workflow.name}” is not published`);
}

/** What was hidden stays hidden, whatever the version declares. */
function stillProtected({ inputs }: WorkflowDefinition, { hidden, recorded }: OpenedExecution) {
  const declared = new Set(inputs.filter((one) => one.protected).map(({ key }) => key));
  return Object.keys(recorded.inputs).map((key) => ({
    key,
    protected: declared.has(key) || Object.hasOwn(hidden, key),
  }));
}

async function sealAgain(
  keys: AgainDeps['keys'],
  id: string,
  log: readonly LoggedStep[],
  { recorded }: OpenedExecution,
): Promise<readonly TakenOver[]> {
  return Promise.all(
    log.map(async ({ sequence, sealed }, index) => {
      if (sealed === null) return { sequence, sealed: null };
      const { input, output } = recorded.steps[index] ?? {};
      return { sequence, sealed: await sealValues(keys, id, { input, output }) };
    }),
  );
}

/** Its own, as the steps before saw them, and those that the version has beside. */
async function firstVariables(
  deps: AgainDeps,
  { accountId, workflowId }: KeptExecution,
  { recorded }: OpenedExecution,
  { id, own, to }: { readonly id: string; readonly own: WorkflowDefinition; readonly to: WorkflowDefinition },
): Promise<Uint8Array> {
  const bindings = await readBindings(deps.database, workflowId);
  const relatives = pastRelatives(deps, () => {});
  const { inputs, startedAt } = recorded;
  const valuesIn = async (definition: WorkflowDefinition) => {
    const surroundings = await readSurroundings(deps.database, accountId, definition, bindings);
    const program = new CompiledProgram(relatives, definition, surroundings, bindings);
    const known = recorded.variables ?? {};
    const missing = definition.variables.filter(({ key }) => !Object.hasOwn(known, key));
    const mapping = Object.fromEntries(missing.map(({ key, initial }) => [key, initial]));
    const values = await evaluateAll(mapping, (source, name) =>
      program.evaluate(
        'variables',
        source,
        { inputs },
        { now: startedAt, seed: `${recorded.id}:variables:${name}` },
      ),
    );
    return { ...values, ...known };
  };
  const values = own === to ? await valuesIn(own) : { ...(await valuesIn(to)), ...(await valuesIn(own)) };
  const declared = new Set(to.variables.map(({ key }) => key));
  const kept = Object.entries(values).filter(([key]) => declared.has(key));
  return sealValues(deps.keys, id, Object.fromEntries(kept));
}

async function sealValues(
  keys: AgainDeps['keys'],
  executionId: string,
  values: unknown,
): Promise<Uint8Array> {
  return keys.seal(Buffer.from(JSON.stringify(values)), `execution:${executionId}`);
}

/** One of a family: executions that run each other again. */
export interface FamilyMember {
  readonly id: string;
  readonly againOf: string | null;
  readonly againFrom: string | null;
  readonly version: number;
  readonly state: 'ready' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';
  readonly startedBy: string | null;
  readonly queuedAt: Date;
  readonly endedAt: Date | null;
}

/** A chain of repeats is followed so far. */
const CHAIN_MAX = 200;

/** The execution that an execution repeats in the end, and all repeats of that one, oldest first. */
export async function readFamily(db: Queryable, id: string, limit: number): Promise<readonly FamilyMember[]> {
  const { rows } = await db.query<FamilyMember>(sql`
    with recursive up as (
      select ${id}::uuid as id, 0 as depth
      union all
      select coalesce(
        (select again_of from middle.execution where id = up.id),
        (select again_of from middle.execution_open where id = up.id)), depth + 1
      from up where up.id is not null and depth < ${CHAIN_MAX}
    ), root as (select id from up where id is not null order by depth desc limit 1
    ), family as (
      select id, 0 as depth from root
      union all
      select c.id, depth + 1 from family f cross join lateral (
        select id from middle.execution where again_of = f.id
        union all select id from middle.execution_open where again_of = f.id) c
      where depth < ${CHAIN_MAX}
    )
    select e.id, e.again_of as "againOf", e.again_from as "againFrom", e.version, e.state, e.started_by as "startedBy",
      e.queued_at as "queuedAt", e.ended_at as "endedAt"
    from family f cross join lateral (
      select id, again_of, again_from, version, state, started_by, queued_at, ended_at
      from middle.execution where id = f.id
      union all
      select id, again_of, again_from, version, state, started_by, queued_at, null
      from middle.execution_open where id = f.id) e
    order by e.id limit ${limit}`);
  return rows;
}
