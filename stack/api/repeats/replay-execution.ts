import { replayExecution as endpoint } from '@middle/contract/repeats/replay-execution.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { clipped } from '@middle/core/workflow/clip.ts';
import type { ComparedStep, StepView } from '@middle/core/workflow/comparison.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { DryEnding } from '@middle/core/workflow/dry-run.ts';
import { walk } from '@middle/core/workflow/tree.ts';
import { readKept } from '@middle/store/executions/recorded.ts';
import { findAgainst, Replays } from '@middle/store/executions/replay.ts';
import { handler } from '../call.ts';

/** A single replay answers at once; what takes longer is a job's. */
const SECONDS_MOST = 20;
/** Steps that are listed. */
const STEPS_LISTED = 1_000;

export const replayExecution = handler(endpoint, async ({ deps, params, body, signal }) => {
  const { executionId } = params;
  const kept = await readKept(deps.database, executionId);
  if (kept === null) throw new MiddleError('not_found', `there is no execution ${executionId}`);
  const against = await findAgainst(deps.database, kept.workflowId, body.against);
  const until = performance.now() + SECONDS_MOST * 1_000;
  const { execution, comparison, own, changed, replayedVersion, notes } = await new Replays(deps).replay(
    executionId,
    against,
    {
      unknown: body.unknown,
      outputs: body.outputs,
      mayGoOn: () => performance.now() < until && !signal.aborted,
    },
  );
  const { steps, end, verdict } = comparison;
  const titles = titlesOf(own, changed);
  const count = (of: ComparedStep['verdict']): number => steps.filter((step) => step.verdict === of).length;
  return {
    executionId,
    recordedVersion: execution.version,
    replayedVersion,
    verdict,
    isUnderWay: execution.state === null,
    counts: {
      same: count('same'),
      different: count('different'),
      onlyRecorded: count('only_recorded'),
      onlyReplayed: count('only_replayed'),
      unknown: count('unknown'),
      open: count('open'),
    },
    steps: steps.slice(0, STEPS_LISTED).map((step) => stepAnswer(step, titles)),
    isCut: steps.length > STEPS_LISTED,
    end: {
      ...end,
      recorded: endAnswer(end.recorded),
      replayed: endAnswer(end.replayed),
      differences: end.differences.map(differenceAnswer),
    },
    notes,
  };
});

function titlesOf(...definitions: readonly WorkflowDefinition[]): ReadonlyMap<string, string> {
  const steps = definitions.flatMap((definition) => [...walk(definition)]);
  return new Map(steps.map(({ step }) => [step.key, step.title]));
}

function stepAnswer(step: ComparedStep, titles: ReadonlyMap<string, string>) {
  const [key = step.place] = step.place.split('[');
  return {
    ...step,
    key,
    title: titles.get(key) ?? key,
    differences: step.differences.map(differenceAnswer),
    recorded: viewAnswer(step.recorded),
    replayed: viewAnswer(step.replayed),
  };
}

function viewAnswer(view: StepView | null) {
  return view === null ? null : { ...view, input: clipped(view.input), output: clipped(view.output) };
}

function endAnswer(end: DryEnding | null) {
  return end === null ? null : { ...end, output: clipped(end.output) };
}

const DIFFERENCE_MAX = 2_000;

function differenceAnswer({ path, recorded, replayed }: ComparedStep['differences'][number]) {
  return {
    path,
    recorded: clipped(recorded, DIFFERENCE_MAX),
    replayed: clipped(replayed, DIFFERENCE_MAX),
  };
}
