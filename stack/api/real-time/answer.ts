import type { Problem } from '@middle/contract/problem.ts';
import type { Fault } from '@middle/core/errors.ts';
import type { StepError } from '@middle/core/workflow/course.ts';
import type { CalledExecution } from '@middle/store/real-time/calls.ts';

/** Who called asked for something that can't be had (422), an app or what is behind it failed (502), or we did (500). */
const STATUS: Readonly<Record<Fault, number>> = { user: 422, developer: 502, operator: 500, platform: 500 };

/** The address of an execution's state, for who started it. */
export function stateAddress(account: string, executionId: string): string {
  return `/run/${account}/executions/${executionId}`;
}

/** An execution as its caller sees it. */
export function executionAnswer(account: string, execution: CalledExecution) {
  const { id, state, queuedAt, startedAt, endedAt } = execution;
  return {
    id,
    state,
    address: stateAddress(account, id),
    queuedAt,
    startedAt,
    endedAt,
    output: state === 'succeeded' ? execution.output : null,
    error: errorAnswer(execution),
  };
}

function errorAnswer({ state, error }: CalledExecution): StepError | null {
  if (state === 'cancelled') return CANCELLED;
  return state === 'failed' ? (error ?? UNKNOWN) : null;
}

const CANCELLED: StepError = {
  code: 'execution_cancelled',
  message: 'the execution was cancelled',
  fault: 'user',
};
const UNKNOWN: StepError = { code: 'internal', message: 'the execution failed', fault: 'platform' };

/** What a caller who waited gets of an execution that went badly. */
export function failedProblem(execution: CalledExecution, requestId: string): Problem {
  const error = errorAnswer(execution) ?? UNKNOWN;
  const { code, message, fault, hint } = error;
  const problem = execution.state === 'cancelled' ? 'execution_cancelled' : 'workflow_failed';
  return {
    type: `urn:middle:problem:${problem}`,
    title: problem.replaceAll('_', ' '),
    status: problem === 'execution_cancelled' ? 409 : STATUS[fault],
    detail: message,
    code: problem,
    fault,
    ...(hint === undefined ? {} : { hint }),
    requestId,
    data: { executionId: execution.id, error: { code, message, fault } },
  };
}
