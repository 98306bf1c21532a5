import { Course } from '@middle/core/workflow/course.ts';
import type { NextStep, StepError } from '@middle/core/workflow/course.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import type { Redactor } from '@middle/core/workflow/redactor.ts';
import type { ClaimedExecution } from '@middle/store/executions/claim.ts';
import type { LoggedStep } from '@middle/store/executions/load.ts';
import type { Program } from '@middle/core/workflow/program.ts';

/** Why an execution that is under way has to stop. */
export type Stop =
  | { readonly kind: 'cancelled'; readonly by: string }
  | { readonly kind: 'timeout' }
  /** The worker ends, or has lost its lease: the execution goes on elsewhere. */
  | { readonly kind: 'let_go' };

/** An execution in the hands of this process. */
export interface LiveExecution {
  readonly claimed: ClaimedExecution;
  readonly definition: WorkflowDefinition;
  readonly bindings: Readonly<Record<string, string>>;
  readonly course: Course;
  readonly program: Program;
  readonly redactor: Redactor;
  /** The step run that was begun and has no outcome yet, when the execution was taken up again. */
  readonly begun: LoggedStep | null;
  /** Of the next step run, from 1. */
  readonly sequence: number;
  readonly stop: AbortController;
}

/** What an execution that begins or goes on is rebuilt from: its course with everything that has happened in it. */
export function courseOf(
  definition: WorkflowDefinition,
  inputs: Readonly<Record<string, unknown>>,
  variables: Readonly<Record<string, unknown>>,
  log: readonly LoggedStep[],
): { readonly course: Course; readonly begun: LoggedStep | null } {
  const course = new Course(definition.steps, inputs, variables);
  for (const step of log) {
    if (step.state === 'succeeded') {
      course.settle({ state: 'succeeded', output: step.output, branch: step.branch ?? undefined });
    } else if (step.state === 'failed' && step.error !== null) {
      course.settle({ state: 'failed', error: step.error });
    } else return { course, begun: step };
  }
  return { course, begun: null };
}

export function stopOf(signal: AbortSignal): Stop {
  const reason: Stop | undefined = signal.aborted ? signal.reason : undefined;
  return reason ?? { kind: 'let_go' };
}

/** When its time is over. */
export function deadlineOf({ claimed, definition }: Pick<LiveExecution, 'claimed' | 'definition'>): Date {
  return new Date(claimed.startedAt.getTime() + definition.timeLimitSeconds * 1_000);
}

export const TIMEOUT_ERROR: StepError = {
  code: 'execution_timeout',
  message: 'the execution took longer than its workflow allows',
  fault: 'user',
  hint: "Raise the workflow's time limit, or find out which step took so long.",
};

/** What the steps of this place see, with what is always there. */
export function scopeOf(live: LiveExecution): Readonly<Record<string, unknown>> {
  const { claimed, course } = live;
  return {
    ...course.scope(),
    execution: { id: claimed.id, startedAt: claimed.startedAt.toISOString(), cause: claimed.cause },
  };
}

/** The same for each attempt of a step, whichever worker makes it, and another one for every other step. */
export function seedOf({ claimed }: LiveExecution, { place }: NextStep): string {
  return `${claimed.id}:${place}`;
}
