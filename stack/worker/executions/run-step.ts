import type { NextStep } from '@middle/core/workflow/course.ts';
import type { Step } from '@middle/core/workflow/definition.ts';
import { act } from './steps/action.ts';
import type { ActionDeps } from './steps/action.ts';
import { bulk } from './steps/bulk.ts';
import { call } from './steps/call.ts';
import { exportFile } from './steps/export.ts';
import type { ExportDeps } from './steps/export.ts';
import { lookAt } from './steps/look-at.ts';
import type { StepResult, StepRun } from './steps/step.ts';
import { wait } from './steps/wait.ts';

/** What each kind of step does. */
export function stepRunner(deps: ActionDeps & ExportDeps): (run: StepRun) => Promise<StepResult> {
  return (run) => {
    const { step } = run.next;
    switch (step.kind) {
      case 'action':
        return act(of(run, step), deps);
      case 'bulk':
        return bulk(of(run, step));
      case 'call':
        return call(of(run, step));
      case 'decision':
      case 'each':
      case 'set':
      case 'stop':
      case 'switch':
        return lookAt(of(run, step));
      case 'export':
        return exportFile(of(run, step), deps);
      case 'wait':
        return wait(of(run, step));
    }
  };
}

type OfStep<Own extends Step> = Omit<StepRun, 'next'> & { readonly next: NextStep & { readonly step: Own } };

/** The run with the type of its own step: the compiler can't see through to it. */
function of<Own extends Step>(run: StepRun, step: Own): OfStep<Own> {
  return { ...run, next: { ...run.next, step } };
}
