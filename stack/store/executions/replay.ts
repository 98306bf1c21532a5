import sql from 'sql-template-tag';
import { MiddleError } from '@middle/core/errors.ts';
import { compareReplay } from '@middle/core/workflow/comparison.ts';
import type { ReplayComparison } from '@middle/core/workflow/comparison.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { replay } from '@middle/core/workflow/replay.ts';
import type { ReplayOptions, RunnableWorkflow } from '@middle/core/workflow/replay.ts';
import { getVersion } from '../workflows/versions.ts';
import { getWorkflow } from '../workflows/workflows.ts';
import type { Queryable } from '../database.ts';
import { readBindings, readDefinition } from './load.ts';
import { pastRelatives } from './past.ts';
import { polite } from './polite.ts';
import { CompiledProgram } from './program.ts';
import { openExecution, readWithLog } from './recorded.ts';
import type { KeptExecution, Opener } from './recorded.ts';
import type { RelatedDeps } from './related.ts';
import { readSurroundings } from './surroundings.ts';

export interface ReplayDeps extends RelatedDeps {
  readonly keys: Opener;
}

/** Which workflow an execution is held against. */
export type Against = number | 'recorded' | 'current' | 'draft' | WorkflowDefinition;

/** That, found. Null: the version that each execution ran with. */
export type FoundAgainst = {
  readonly definition: WorkflowDefinition;
  readonly version: number | null;
} | null;

/** @throws MiddleError conflict when there is no such version, or none was published */
export async function findAgainst(
  db: Queryable,
  workflowId: string,
  against: Against,
): Promise<FoundAgainst> {
  if (against === 'recorded') return null;
  if (typeof against === 'object') return { definition: against, version: null };
  const workflow = await getWorkflow(db, workflowId);
  if (workflow === null) throw new MiddleError('conflict', 'the workflow of this execution was deleted');
  if (against === 'draft') return { definition: workflow.draft, version: null };
  const version = against === 'current' ? workflow.version : against;
  const found = version === null ? null : await getVersion(db, workflowId, version);
  if (found !== null) return found;
  const message =
    version === null ? 'the workflow was never published' : `the workflow has no version ${version}`;
  throw new MiddleError('conflict', message);
}

/** The last executions of a workflow that have ended, newest first. */
export async function lastEnded(db: Queryable, workflowId: string, last: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    sql`select id from middle.execution where workflow_id = ${workflowId} order by id desc limit ${last}`,
  );
  return rows.map(({ id }) => id);
}

export interface ReplayedExecution {
  readonly execution: KeptExecution;
  readonly comparison: ReplayComparison;
  /** Titles of steps, by their keys. */
  readonly own: WorkflowDefinition;
  readonly changed: WorkflowDefinition;
  readonly replayedVersion: number | null;
  /** Where it had less than the execution had. */
  readonly notes: readonly string[];
}

/** Replays executions one after the other: what it learns of their workflow is kept for the next. It only reads. */
export class Replays {
  readonly #deps: ReplayDeps;
  readonly #runnable = new Map<WorkflowDefinition, Promise<RunnableWorkflow>>();
  readonly #versions = new Map<string, Promise<WorkflowDefinition>>();
  #notes = new Set<string>();

  constructor(deps: ReplayDeps) {
    this.#deps = deps;
  }

  /** @throws MiddleError not_found, execution_limit, unsealing_failed */
  async replay(id: string, against: FoundAgainst, options: ReplayOptions): Promise<ReplayedExecution> {
    const { database, keys } = this.#deps;
    const kept = await readWithLog(database, id);
    const { execution } = kept;
    const opened = await openExecution(keys, kept);
    const own = await this.#version(execution);
    const changed = against?.definition ?? own;
    this.#notes = new Set();
    const replayed = await replay(
      opened.recorded,
      await this.#runnableOf(execution, own),
      await this.#runnableOf(execution, changed),
      options,
    );
    const comparison = compareReplay(opened.recorded, replayed, (value) => opened.redactor.redact(value));
    const missing = changed.inputs.filter(
      ({ key, required }) => required && (opened.recorded.inputs[key] ?? null) === null,
    );
    const notes = missing.map(
      ({ title }) => `the execution has no input “${title}”, which the workflow needs`,
    );
    const replayedVersion = against === null ? execution.version : against.version;
    return { execution, comparison, own, changed, replayedVersion, notes: [...notes, ...this.#notes] };
  }

  #version({ workflowId, version }: KeptExecution): Promise<WorkflowDefinition> {
    const key = `${workflowId}/${version}`;
    const known = this.#versions.get(key) ?? readDefinition(this.#deps.database, workflowId, version);
    this.#versions.set(key, known);
    return known;
  }

  #runnableOf(
    { accountId, workflowId }: KeptExecution,
    definition: WorkflowDefinition,
  ): Promise<RunnableWorkflow> {
    const known =
      this.#runnable.get(definition) ??
      runnableWorkflow(this.#deps, { accountId, workflowId, definition }, (text) => this.#notes.add(text));
    this.#runnable.set(definition, known);
    return known;
  }
}

async function runnableWorkflow(
  deps: RelatedDeps,
  {
    accountId,
    workflowId,
    definition,
  }: { accountId: string; workflowId: string; definition: WorkflowDefinition },
  note: (text: string) => void,
): Promise<RunnableWorkflow> {
  const { database } = deps;
  const bindings = await readBindings(database, workflowId);
  const surroundings = await readSurroundings(database, accountId, definition, bindings);
  const relatives = pastRelatives(deps, note);
  const program = polite(new CompiledProgram(relatives, definition, surroundings, bindings));
  return { definition, program, bindings, surroundings };
}
