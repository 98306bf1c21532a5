import { findRecordSet, readRecord } from '@middle/store/executions/sources.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { notOf } from './decide.ts';
import { failed, succeeded } from './step.ts';
import type { StepResult, StepRun } from './step.ts';

const DAY_MILLISECONDS = 86_400_000;
const DAYS_MOST = 366;
/** After a wait for a record is written down it is looked at once more: it may have changed just before. */
const LOOK_AGAIN_MILLISECONDS = 250;

/** Waits without holding anything: the execution is let go and taken up again when its time has come. */
export async function wait(run: StepRun<'wait'>): Promise<StepResult> {
  const { until } = run.next.step;
  if (until.kind === 'record') return waitForRecord(run, until);
  const moment = run.begun === null ? await momentOf(run, until) : untilOf(run.begun.input);
  if (moment <= run.deps.clock.now()) return succeeded(null, { input: { until: moment.toISOString() } });
  return { kind: 'wait', until: moment, row: { input: { until: moment.toISOString() } } };
}

type Until = StepRun<'wait'>['next']['step']['until'];

async function momentOf(
  { evaluate, startedAt }: StepRun<'wait'>,
  until: Exclude<Until, { kind: 'record' }>,
): Promise<Date> {
  if (until.kind === 'duration') {
    const seconds = await evaluate(until.seconds);
    if (typeof seconds !== 'number' || !(seconds >= 0)) throw notOf('the wait', 'seconds from 0', seconds);
    return bounded(new Date(startedAt.getTime() + Math.min(seconds, DAYS_MOST * 86_400) * 1_000), startedAt);
  }
  const at = await evaluate(until.at);
  const moment = new Date(typeof at === 'string' ? at : NaN);
  if (Number.isNaN(moment.getTime())) throw notOf('the wait', 'a date and time', at);
  return bounded(moment, startedAt);
}

function bounded(moment: Date, from: Date): Date {
  return new Date(Math.min(moment.getTime(), from.getTime() + DAYS_MOST * DAY_MILLISECONDS));
}

function untilOf(input: unknown): Date {
  const { until }: { until?: string } = typeof input === 'object' && input !== null ? input : {};
  return new Date(until ?? 0);
}

async function waitForRecord(
  run: StepRun<'wait'>,
  until: Extract<Until, { kind: 'record' }>,
): Promise<StepResult> {
  const { deps, live, begun, startedAt, next, evaluate } = run;
  const id = begun === null ? await evaluate(until.id) : idOf(begun.input);
  if (typeof id !== 'string' || id === '') throw notOf('the id to wait for', 'text', id);
  const deadline =
    begun === null ? new Date(startedAt.getTime() + until.deadlineSeconds * 1_000) : untilOf(begun.input);
  const connection = live.bindings[until.source.connection];
  const recordSetId =
    connection === undefined ? null : await findRecordSet(deps.database, connection, until.source.recordType);
  if (recordSetId === null) {
    throw new MiddleError(
      'connection_missing',
      `no connection with records of type "${until.source.recordType}" fills the slot "${until.source.connection}"`,
      { hint: 'Choose a connection for it in the settings of the workflow.' },
    );
  }
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
