import { MiddleError } from '@middle/core/errors.ts';
import { evaluateAll } from '@middle/core/workflow/mapping.ts';
import { readEnded } from '@middle/store/executions/ended.ts';
import { readPublishedVersion } from '@middle/store/executions/load.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { failed, succeeded } from './step.ts';
import type { StepResult, StepRun } from './step.ts';

/** How long until a call looks by itself; its workflow's end wakes it at once. */
const LOOK_MILLISECONDS = 60_000;

/** Runs another workflow and waits for it, without holding anything meanwhile. */
export async function call(run: StepRun<'call'>): Promise<StepResult> {
  return run.begun === null ? begin(run) : look(run);
}

async function begin({ deps, live, next, evaluate }: StepRun<'call'>): Promise<StepResult> {
  const { workflow: workflowId } = next.step;
  const input = await evaluateAll(next.step.input, (source, name) => evaluate(source, {}, name));
  const version = await publishedVersion(deps.database, workflowId);
  const id = uuidv7(deps.clock.now());
  const started = await deps.startOf(
    {
      id,
      workflowId,
      version,
      cause: 'workflow',
      input,
      parent: { id: live.claimed.id, place: next.place },
    },
    live.redactor,
  );
  return {
    kind: 'wait',
    until: new Date(deps.clock.now().getTime() + LOOK_MILLISECONDS),
    row: { input: { execution: id, ...started.input } },
    with: { starts: [started] },
  };
}

async function look({ deps, begun }: StepRun<'call'>): Promise<StepResult> {
  const { execution }: { execution?: string } = Object(begun?.input);
  const ended = execution === undefined ? null : await readEnded(deps.database, execution);
  if (ended === null) {
    return { kind: 'wait', until: new Date(deps.clock.now().getTime() + LOOK_MILLISECONDS), row: {} };
  }
  if (ended.state === 'succeeded') return succeeded(ended.output);
  const why = ended.error === null ? `it was ${ended.state}` : ended.error.message;
  const message = `the workflow that it called did not succeed: ${why}`;
  return failed({ code: 'workflow_failed', message, fault: ended.error?.fault ?? 'user' });
}

export async function publishedVersion(
  database: Parameters<typeof readPublishedVersion>[0],
  workflowId: string,
): Promise<number> {
  const version = await readPublishedVersion(database, workflowId);
  if (version !== null) return version;
  throw new MiddleError('workflow_invalid', `the workflow ${workflowId} was never published, or is deleted`, {
    hint: 'Publish it, or choose another workflow for this step.',
  });
}
