import { workOut } from '@middle/core/workflow/pure-step.ts';
import type { PureStep } from '@middle/core/workflow/pure-step.ts';
import type { StepResult, StepRun } from './step.ts';

/** Steps that only look at values: nothing outside the execution is touched. */
export async function lookAt({ next, evaluate }: StepRun<PureStep['kind']>): Promise<StepResult> {
  return { kind: 'outcome', outcome: await workOut(next.step, evaluate), row: {} };
}
