import type { NextStep, StepError, StepOutcome } from '@middle/core/workflow/course.ts';
import type { Step, StepKind } from '@middle/core/workflow/definition.ts';
import type { Redactor } from '@middle/core/workflow/redactor.ts';
import type { LoggedStep } from '@middle/store/executions/load.ts';
import type { Database } from '@middle/store/database.ts';
import type { RecordWait, StepRunRow } from '@middle/store/executions/commit.ts';
import type { NewExecution } from '@middle/store/executions/start.ts';
import type { Committer, Commitment } from '../committer.ts';
import type { LiveExecution } from '../live.ts';

/** What steps stand on. */
export interface StepDeps {
  readonly database: Database;
  readonly committer: Committer;
  readonly clock: { now(): Date };
  /** An execution that a step begins, with what is protected in its input sealed. */
  readonly startOf: (one: Omit<NewExecution, 'sealed'>, around: Redactor) => Promise<NewExecution>;
}

/** One step that is to be run, with what it may need. */
export interface StepRun<Kind extends StepKind = StepKind> {
  readonly deps: StepDeps;
  readonly live: LiveExecution;
  readonly next: NextStep & { readonly step: Extract<Step, { kind: Kind }> };
  /** Its step run when it was begun before, by this or another worker. */
  readonly begun: LoggedStep | null;
  readonly queuedAt: Date;
  readonly startedAt: Date;
  /**
   * Evaluates one of its expressions in its scope.
   * @param salt tells its random values from those of the step's other expressions
   */
  readonly evaluate: (
    source: string,
    more?: Readonly<Record<string, unknown>>,
    salt?: string,
  ) => Promise<unknown>;
  /** Commits the step run as begun, with what else has to be written before the work; false: the execution is lost. */
  readonly begin: (row: Partial<StepRunRow>, more?: Partial<Commitment>) => Promise<boolean>;
}

export interface Outcome {
  readonly kind: 'outcome';
  readonly outcome: StepOutcome;
  readonly row?: Partial<StepRunRow>;
  readonly with?: Partial<Commitment>;
}

export type StepResult =
  | Outcome
  /** Nothing to do until then, or until something wakes it. */
  | {
      readonly kind: 'wait';
      readonly until: Date;
      readonly record?: RecordWait | null;
      readonly row: Partial<StepRunRow>;
      readonly with?: Partial<Commitment>;
    }
  /** Another worker has it, or this one lets it go. */
  | { readonly kind: 'lost' };

export function succeeded(output: unknown, row: Partial<StepRunRow> = {}, branch?: string): Outcome {
  return { kind: 'outcome', outcome: { state: 'succeeded', output, branch }, row };
}

export function failed(error: StepError, row: Partial<StepRunRow> = {}): Outcome {
  return { kind: 'outcome', outcome: { state: 'failed', error }, row };
}
