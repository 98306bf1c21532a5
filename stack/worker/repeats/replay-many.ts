import { MiddleError } from '@middle/core/errors.ts';
import { clipped } from '@middle/core/workflow/clip.ts';
import type { ComparedStep, ReplayVerdict } from '@middle/core/workflow/comparison.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { UnknownPolicy } from '@middle/core/workflow/replay.ts';
import type { Difference } from '@middle/core/workflow/same-value.ts';
import { lastEnded, Replays } from '@middle/store/executions/replay.ts';
import type { FoundAgainst, ReplayDeps, ReplayedExecution } from '@middle/store/executions/replay.ts';
import type { JobContext } from '../jobs/runner.ts';

/** What a person asked for: the input of a job `replay`. */
export interface ReplayManyInput {
  readonly accountId: string;
  readonly workflowId: string;
  readonly last: number;
  /** Null: each against the version that it ran with. */
  readonly definition: WorkflowDefinition | null;
  readonly version: number | null;
  readonly unknown: UnknownPolicy;
}

export interface ReplaySummary {
  readonly executions: number;
  readonly same: number;
  readonly different: number;
  readonly unknown: number;
  readonly failing: number;
  readonly refused: number;
  readonly list: readonly Listed[];
}

interface Listed {
  readonly executionId: string;
  readonly verdict: ReplayVerdict | 'refused';
  readonly isFailing: boolean;
  readonly place: string | null;
  readonly why: string;
  readonly difference: Difference | null;
}

const LISTED_MOST = 500;
/** JSON of one differing value. */
const VALUE_MAX = 500;
/** For one execution. */
const SECONDS_MOST = 20;

/** Replays the last executions of a workflow, newest first. It only reads: from the start again is all right. */
export async function replayMany(
  deps: ReplayDeps,
  { workflowId, last, definition, version, unknown }: ReplayManyInput,
  { signal, progress }: JobContext,
): Promise<ReplaySummary> {
  const replays = new Replays(deps);
  const against: FoundAgainst = definition === null ? null : { definition, version };
  const ids = await lastEnded(deps.database, workflowId, last);
  const counts = { same: 0, different: 0, unknown: 0, failing: 0, refused: 0 };
  const list: Listed[] = [];
  for (const [done, id] of ids.entries()) {
    signal.throwIfAborted();
    progress({ done, total: ids.length });
    const until = performance.now() + SECONDS_MOST * 1_000;
    const mayGoOn = (): boolean => performance.now() < until && !signal.aborted;
    const one = await replays
      .replay(id, against, { unknown, outputs: {}, mayGoOn })
      .then(listedOf, (error: unknown) => refusedOf(id, error));
    counts[one.verdict] += 1;
    if (one.isFailing) counts.failing += 1;
    if (one.verdict !== 'same' && list.length < LISTED_MOST) list.push(one);
  }
  progress({ done: ids.length, total: ids.length });
  return { executions: ids.length, ...counts, list };
}

function refusedOf(executionId: string, error: unknown): Listed {
  // What is wrong with one execution is no reason to stop for the others; a database that is away is.
  if (!(error instanceof MiddleError)) throw error;
  const { message: why } = error;
  return { executionId, verdict: 'refused', isFailing: false, place: null, why, difference: null };
}

function listedOf({ execution, comparison }: ReplayedExecution): Listed {
  const { verdict, steps, end } = comparison;
  const isFailing = end.recorded?.state === 'succeeded' && end.replayed?.state === 'failed';
  const first =
    steps.find((step) => DIFFERENT.has(step.verdict)) ?? steps.find((step) => step.verdict === 'unknown');
  const difference = (first === undefined ? end.differences : first.differences)[0] ?? null;
  return {
    executionId: execution.id,
    verdict,
    isFailing,
    place: first?.place ?? null,
    why: first === undefined ? 'it ends differently' : (first.why ?? WHY[first.verdict]),
    difference:
      difference === null
        ? null
        : {
            path: difference.path,
            recorded: clipped(difference.recorded, VALUE_MAX),
            replayed: clipped(difference.replayed, VALUE_MAX),
          },
  };
}

const DIFFERENT: ReadonlySet<ComparedStep['verdict']> = new Set([
  'different',
  'only_recorded',
  'only_replayed',
]);
const WHY: Readonly<Record<ComparedStep['verdict'], string>> = {
  same: 'it is the same',
  different: 'the step gives something else',
  only_recorded: 'the changed workflow does not come to this step',
  only_replayed: 'only the changed workflow comes to this step',
  unknown: 'it asks for something else',
  open: 'the execution is at this step',
};
