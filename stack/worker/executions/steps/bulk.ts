import { MiddleError } from '@middle/core/errors.ts';
import { evaluateAll } from '@middle/core/workflow/mapping.ts';
import { readBulkRun, readRecordPage } from '@middle/store/executions/bulk.ts';
import type { BulkMove, BulkRun } from '@middle/store/executions/bulk.ts';
import { BULK_PRIORITY } from '@middle/store/executions/start.ts';
import type { NewExecution } from '@middle/store/executions/start.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { publishedVersion } from './call.ts';
import { sourceOf } from './source.ts';
import { failed, succeeded } from './step.ts';
import type { StepResult, StepRun } from './step.ts';

/** Records looked at in one go: memory and the length of a transaction stay small whatever the set's size. */
const PAGE_RECORDS = 500;
/** The step is woken when half of its places are free; this is for wakes that came while it was at work. */
const LOOK_MILLISECONDS = 500;
const MINUTE_MILLISECONDS = 60_000;

/**
 * Starts an execution of another workflow for each record that the filter lets through. It goes through the records in
 * the order of their ids, one page for each time it is taken up; a page's executions and the place in the order are
 * written in one transaction, so that none is lost or begun twice.
 */
export async function bulk(run: StepRun<'bulk'>): Promise<StepResult> {
  return run.begun === null ? begin(run) : goOn(run);
}

async function begin(run: StepRun<'bulk'>): Promise<StepResult> {
  const { deps, live, next } = run;
  const { step } = next;
  const version = await publishedVersion(deps.database, step.workflow);
  const { recordSetId } = await sourceOf(run, step.source);
  return {
    kind: 'wait',
    until: deps.clock.now(),
    row: { input: { workflow: step.workflow, version } },
    with: {
      bulkRun: {
        executionId: live.claimed.id,
        place: next.place,
        workflowId: step.workflow,
        version,
        recordSetId,
        atOnce: step.atOnce,
      },
    },
  };
}

async function goOn(run: StepRun<'bulk'>): Promise<StepResult> {
  const { deps, live, next } = run;
  const { step } = next;
  const progress = await readBulkRun(deps.database, live.claimed.id, next.place);
  if (progress === null) throw new MiddleError('internal', `the bulk step ${next.place} has no progress`);
  const open = progress.begun - progress.succeeded - progress.failed - progress.cancelled;
  if (step.failuresMax !== null && progress.failed >= step.failuresMax) {
    const message = `${progress.failed} of ${progress.begun} executions failed, the most it allows`;
    return failed({ code: 'workflow_failed', message, fault: 'user' }, { output: outputOf(progress) });
  }
  if (progress.isRead && open === 0) return succeeded(outputOf(progress));
  const allowed = Math.min(step.atOnce - open, paceLeft(run, progress), PAGE_RECORDS);
  if (progress.isRead || allowed <= 0) return later(run, LOOK_MILLISECONDS);
  const { move, starts } = await nextPage(run, progress, allowed);
  const isDone = move.afterId === null && open + starts.length === 0;
  // With room left it goes straight on to the next page, but lets others have their turn before.
  return {
    ...later(run, isDone || starts.length < allowed ? 0 : LOOK_MILLISECONDS),
    with: { starts, bulkMove: move },
  };
}

function later({ deps }: StepRun<'bulk'>, milliseconds: number): Extract<StepResult, { kind: 'wait' }> {
  return { kind: 'wait', until: new Date(deps.clock.now().getTime() + milliseconds), row: {} };
}

/** How many it may begin now, so that a minute has no more than it allows, evenly spread. */
function paceLeft({ deps, next }: StepRun<'bulk'>, { begun, beganAt }: BulkRun): number {
  const { perMinute } = next.step;
  if (perMinute === null) return Infinity;
  const minutes = (deps.clock.now().getTime() - beganAt.getTime()) / MINUTE_MILLISECONDS;
  return Math.floor(minutes * perMinute) + 1 - begun;
}

async function nextPage(
  { deps, live, next, evaluate }: StepRun<'bulk'>,
  progress: BulkRun,
  allowed: number,
): Promise<{ readonly move: BulkMove; readonly starts: readonly NewExecution[] }> {
  const { step } = next;
  const records = await readRecordPage(deps.database, progress.recordSetId, progress.afterId, PAGE_RECORDS);
  const starts: NewExecution[] = [];
  let lookedAt = 0;
  let afterId: string | null = null;
  for (const record of records) {
    if (starts.length >= allowed) break;
    lookedAt += 1;
    afterId = record.id;
    const more = { record: record.data };
    if (step.filter !== null && (await evaluate(step.filter, more, record.id)) !== true) continue;
    const one = {
      id: uuidv7(deps.clock.now()),
      workflowId: progress.workflowId,
      version: progress.version,
      cause: 'bulk',
      input: await evaluateAll(step.input, (source, name) => evaluate(source, more, `${record.id}:${name}`)),
      parent: { id: live.claimed.id, place: next.place },
      record: { recordSetId: progress.recordSetId, id: record.id, version: record.version },
      priority: BULK_PRIORITY,
    } as const;
    starts.push(await deps.startOf(one, live.redactor));
  }
  const isEnd = records.length < PAGE_RECORDS && lookedAt === records.length;
  const base = { executionId: live.claimed.id, place: next.place, lookedAt, begun: starts.length };
  return { move: { ...base, afterId: isEnd ? null : afterId }, starts };
}

function outputOf({ lookedAt, begun, succeeded: good, failed: bad, cancelled }: BulkRun): object {
  return { records: lookedAt, begun, succeeded: good, failed: bad, cancelled };
}
