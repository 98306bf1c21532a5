import { createHash } from 'node:crypto';
import type { FunctionEnd } from '@middle/cloud/ports/functions.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { checkFields } from '@middle/core/workflow/fields.ts';
import { OUTPUT_MAX_BYTES } from '@middle/core/workflow/definition.ts';
import type { StepError } from '@middle/core/workflow/course.ts';
import { evaluateAll } from '@middle/core/workflow/mapping.ts';
import { errorOf } from '@middle/core/workflow/step-outcome.ts';
import { retryAfter } from '@middle/core/workflow/retry.ts';
import type { ActionInvocationEnd, InvocationAnswer } from '@middle/store/executions/invocations.ts';
import type { StepRunRow } from '@middle/store/executions/commit.ts';
import type { LoggedStep } from '@middle/store/executions/load.ts';
import type { ActionCalls, PreparedAction } from '../action-calls.ts';
import type { Answers } from '../answers.ts';
import type { Places } from '../places.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { failed, succeeded } from './step.ts';
import type { StepResult, StepRun } from './step.ts';

export interface ActionDeps {
  readonly calls: ActionCalls;
  readonly answers: Answers;
  readonly places: Places;
  readonly worker: string;
}

/** Attempts whose worker died don't count, but an action that ends its worker each time must not go on for ever. */
const RESTARTS_MOST = 5;
/** How long the answer of a function that has ended may be on its way: the queue is behind, but it is not lost. */
const ANSWER_MILLISECONDS = 600_000;

/** What is known of a function's run. */
type Ran = Pick<FunctionEnd, 'error' | 'milliseconds' | 'messages'> & {
  readonly start: FunctionEnd['start'] | null;
};

interface Attempt {
  readonly id: string;
  readonly number: number;
  readonly tried: readonly unknown[];
  /** The invocation before it whose worker died: it is ended when this one begins. */
  readonly lost?: string | null;
}

/**
 * Runs an app's function and takes its result. The step run and its invocation are written down before the function
 * begins; a worker that dies leaves them to the next one, which first looks whether the answer has come, then makes
 * another attempt with the same idempotency key.
 */
export async function act(run: StepRun<'action'>, deps: ActionDeps): Promise<StepResult> {
  const { begun } = run;
  if (begun !== null && begun.state === 'running') {
    const answer = begun.invocationId === null ? null : await deps.calls.answer(begun.invocationId);
    if (answer !== null && !isInterrupted(answer))
      return outcomeOf(run, deps, attemptOf(begun), answer, null);
    const restarts = begun.tried.filter(isRestart).length;
    if (restarts >= RESTARTS_MOST) {
      const message = `its worker ended ${restarts + 1} times while the action ran`;
      return failed({ code: 'function_lost', message, fault: 'platform' }, rowOf(attemptOf(begun)));
    }
  }
  return attempt(run, deps, nextAttempt(run));
}

/** The worker that let the execution go stopped the function: nothing that the function did. */
function isInterrupted({ error }: InvocationAnswer): boolean {
  return error?.code === 'function_cancelled' || error?.code === 'function_lost';
}

function attemptOf(begun: LoggedStep): Attempt {
  return { id: begun.invocationId ?? '', number: begun.attempts, tried: begun.tried };
}

function nextAttempt({ begun, deps }: StepRun<'action'>): Attempt {
  const id = uuidv7(deps.clock.now());
  if (begun === null) return { id, number: 1, tried: [] };
  if (begun.state === 'waiting') return { id, number: begun.attempts + 1, tried: begun.tried };
  const earlier = { invocation: begun.invocationId, startedAt: begun.startedAt, error: LOST };
  return { id, number: begun.attempts, tried: [...begun.tried, earlier], lost: begun.invocationId };
}

const LOST = { code: 'function_lost', message: 'its worker went silent', fault: 'platform' } as const;

function endOfLost({ lost }: Attempt): readonly ActionInvocationEnd[] {
  if (lost === undefined || lost === null) return [];
  return [{ id: lost, outcome: 'restarted', error: LOST, milliseconds: 0, start: null, messages: null }];
}

function isRestart(tried: unknown): boolean {
  const { error }: { error?: { code?: string } } = Object(tried);
  return error?.code === 'function_lost';
}

function rowOf({ id, number, tried }: Attempt): Partial<StepRunRow> {
  return { invocationId: id, attempts: number, tried };
}

async function attempt(run: StepRun<'action'>, deps: ActionDeps, current: Attempt): Promise<StepResult> {
  const { live, next, evaluate } = run;
  const { step } = next;
  const connectionId = live.bindings[step.connection];
  if (connectionId === undefined) {
    throw new MiddleError('connection_missing', `no connection fills the slot "${step.connection}"`, {
      hint: 'Choose a connection for it in the settings of the workflow.',
    });
  }
  const input = await evaluateAll(step.input, (source, name) => evaluate(source, {}, name));
  const action = await deps.calls.prepare(connectionId, step.action);
  checkFields(action.definition.input, input, 'input');

  const leave = await deps.places.enter(
    { account: live.claimed.accountId, connection: connectionId, most: action.context.functionsAtOnce },
    live.stop.signal,
  );
  if (leave === null) return { kind: 'lost' };
  try {
    const begins = await run.begin(
      { ...rowOf(current), input },
      {
        endedInvocations: endOfLost(current),
        invocations: [
          {
            id: current.id,
            connectionId,
            functionKey: action.definition.function,
            attempt: current.number,
            worker: deps.worker,
          },
        ],
      },
    );
    if (!begins) return { kind: 'lost' };
    const end = await callFunction(run, deps, action, { current, input });
    leave();
    if (live.stop.signal.aborted) return { kind: 'lost' };
    if (end instanceof MiddleError)
      return await outcomeOf(run, deps, current, refusal(current.id, end), NEVER_RAN);
    const waited = AbortSignal.any([live.stop.signal, AbortSignal.timeout(ANSWER_MILLISECONDS)]);
    const answer = await deps.answers.of(current.id, waited);
    if (live.stop.signal.aborted) return { kind: 'lost' };
    return await outcomeOf(run, deps, current, answer ?? lostAnswer(current.id), end);
  } finally {
    leave();
  }
}

/** What keeps it from running at all, such as credentials that can't be had just now, is the outcome of this attempt. */
async function callFunction(
  { live, next }: StepRun<'action'>,
  { calls }: ActionDeps,
  action: PreparedAction,
  { current, input }: { readonly current: Attempt; readonly input: unknown },
): Promise<FunctionEnd | MiddleError> {
  const wallSeconds = Math.min(next.step.timeLimitSeconds ?? Infinity, action.definition.timeout);
  const key = idempotencyKey(live.claimed.id, next.place);
  const call = { invocation: current.id, input, idempotencyKey: key, wallSeconds };
  try {
    return await calls.invoke(action, call, live.stop.signal);
  } catch (error) {
    if (error instanceof MiddleError) return error;
    throw error;
  }
}

/** One per step of an execution: attempts share it, executions that run again don't. */
export function idempotencyKey(execution: string, place: string): string {
  return createHash('sha256').update(`${execution}:${place}`).digest('hex').slice(0, 32);
}

const NEVER_RAN = { milliseconds: 0, start: null, messages: 0, error: null } as const;

function refusal(id: string, error: MiddleError): InvocationAnswer {
  return { id, result: null, error: errorOf(error), isWhole: true };
}

function lostAnswer(id: string): InvocationAnswer {
  const message = 'its answer did not arrive; look at the dead letters of the app';
  return { id, result: null, error: { code: 'message_invalid', message, fault: 'platform' }, isWhole: false };
}

async function outcomeOf(
  run: StepRun<'action'>,
  deps: ActionDeps,
  current: Attempt,
  answer: InvocationAnswer,
  end: Ran | null,
): Promise<StepResult> {
  const {
    next,
    live,
    deps: { clock },
  } = run;
  const error = answer.error ?? end?.error ?? (await problemOf(run, deps, answer.result));
  const endedInvocations = [invocationEnd(current.id, error, end)];
  if (error === null) {
    return { ...succeeded(answer.result, rowOf(current)), with: { endedInvocations } };
  }
  const wait = retryAfter(next.step.retry, { attempt: current.number, error, random: Math.random() });
  if (wait === null) return { ...failed(error, rowOf(current)), with: { endedInvocations } };
  const earlier = { invocation: current.id, startedAt: run.startedAt, error };
  return {
    kind: 'wait',
    until: new Date(clock.now().getTime() + wait),
    row: { ...rowOf(current), error, tried: [...current.tried, live.redactor.redact(earlier)] },
    with: { endedInvocations },
  };
}

/** What is wrong with what the function returned. */
async function problemOf(
  { live, next }: StepRun<'action'>,
  { calls }: ActionDeps,
  result: unknown,
): Promise<StepError | null> {
  const size = JSON.stringify(result ?? null).length;
  if (size > OUTPUT_MAX_BYTES) {
    const message = `it returned ${size.toLocaleString('en')} bytes; the most is ${OUTPUT_MAX_BYTES.toLocaleString('en')}`;
    return { code: 'function_output_limit', message, fault: 'developer' };
  }
  const { definition } = await calls.prepare(live.bindings[next.step.connection] ?? '', next.step.action);
  try {
    checkFields(definition.output, result, 'output');
    return null;
  } catch (error) {
    if (!(error instanceof MiddleError)) throw error;
    return { code: 'function_protocol', message: error.message, fault: 'developer', hint: error.hint };
  }
}

function invocationEnd(id: string, error: StepError | null, end: Ran | null): ActionInvocationEnd {
  const fault = error?.fault;
  const outcomeName =
    error === null
      ? 'ok'
      : fault === 'developer'
        ? 'developer_error'
        : fault === 'user'
          ? 'user_error'
          : 'platform_error';
  const { milliseconds = 0, start = null, messages = null } = end ?? {};
  return { id, outcome: outcomeName, error, milliseconds, start, messages };
}
