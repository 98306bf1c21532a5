import { readRecord } from '@middle/store/executions/sources.ts';
import { notOf, waitsUntil } from '@middle/core/workflow/pure-step.ts';
import { sourceOf } from './source.ts';
import { failed, succeeded } from './step.ts';
import type { StepResult, StepRun } from './step.ts';

/** After a wait for a record is written down it is looked at once more: it may have changed just before. */
const LOOK_AGAIN_MILLISECONDS = 250;

/** Waits without holding anything: the execution is let go and taken up again when its time has come. */
export async function wait(run: StepRun<'wait'>): Promise<StepResult> {
  const { until } = run.next.step;
  if (until.kind === 'record') return waitForRecord(run, until);
  const moment =
    run.begun === null ? await waitsUntil(until, run.startedAt, run.evaluate) : untilOf(run.begun.input);
  if (moment <= run.deps.clock.now()) return succeeded(null, { input: { until: moment.toISOString() } });
  return { kind: 'wait', until: moment, row: { input: { until: moment.toISOString() } } };
}

type Until = StepRun<'wait'>['next']['step']['until'];

function untilOf(input: unknown): Date {
  const { until }: { until?: string } = typeof input === 'object' && input !== null ? input : {};
  return new Date(until ?? 0);
}

async function waitForRecord(
  run: StepRun<'wait'>,
  until: Extract<Until, { kind: 'record' }>,
): Promise<StepResult> {
  const { deps, begun, startedAt, next, evaluate } = run;
  const id = begun === null ? await evaluate(until.id) : idOf(begun.input);
  if (typeof id !== 'string' || id === '') throw notOf('the id to wait for', 'text', id);
  const deadline =
    begun === null ? new Date(startedAt.getTime() + until.deadlineSeconds * 1_000) : untilOf(begun.input);
  const { recordSetId } = await sourceOf(run, until.source);
  const record = await readRecord(deps.database, recordSetId, id);
  const input = { id, until: deadline.toISOString() };
  if ((await evaluate(until.criteria, { record: record?.data ?? null })) === true) {
    return succeeded({ met: true, record: record?.data ?? null }, { input });
  }
  if (deadline <= deps.clock.now()) {
    if (next.step.onDeadline !== null) return succeeded({ met: false }, { input }, 'onDeadline');
    const message = `the record "${id}" did not become what was waited for by ${deadline.toISOString()}`;
    return failed({ code: 'wait_deadline', message, fault: 'user' }, { input });
  }
  const lookAgain = new Date(deps.clock.now().getTime() + LOOK_AGAIN_MILLISECONDS);
  return {
    kind: 'wait',
    until: begun === null && lookAgain < deadline ? lookAgain : deadline,
    record: { recordSetId, id },
    row: { input },
  };
}

function idOf(input: unknown): unknown {
  const { id }: { id?: unknown } = typeof input === 'object' && input !== null ? input : {};
  return id;
}
