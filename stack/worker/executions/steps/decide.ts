import { MiddleError } from '@middle/core/errors.ts';
import { ITEMS_MAX } from '@middle/core/workflow/definition.ts';
import { succeeded } from './step.ts';
import type { StepResult, StepRun } from './step.ts';

/** Steps that only look at values: nothing outside the execution is touched. */

export async function decide({ next, evaluate }: StepRun<'decision'>): Promise<StepResult> {
  const value = await evaluate(next.step.criteria);
  if (typeof value !== 'boolean') throw notOf('criteria', 'true or false', value);
  return succeeded(value, {}, value ? 'whenTrue' : 'whenFalse');
}

export async function choose({ next, evaluate }: StepRun<'switch'>): Promise<StepResult> {
  const { step } = next;
  const value = await evaluate(step.value);
  for (const one of step.cases) {
    for (const source of one.equals) {
      if (isSame(await evaluate(source), value)) return succeeded(value, {}, one.key);
    }
  }
  return succeeded(value, {}, 'otherwise');
}

export async function setVariable({ next, evaluate }: StepRun<'set'>): Promise<StepResult> {
  return succeeded(await evaluate(next.step.value));
}

export async function listItems({ next, evaluate }: StepRun<'each'>): Promise<StepResult> {
  const items = await evaluate(next.step.items);
  if (!Array.isArray(items)) throw notOf('items', 'an array', items);
  if (items.length <= ITEMS_MAX) return succeeded(items);
  throw new MiddleError(
    'execution_limit',
    `for each got ${items.length.toLocaleString('en')} items; the most is ${ITEMS_MAX.toLocaleString('en')}`,
    { hint: 'Start an execution for each with a bulk step: it takes any number of records.' },
  );
}

export async function stop({ next, evaluate }: StepRun<'stop'>): Promise<StepResult> {
  return succeeded(next.step.message === null ? null : await evaluate(next.step.message));
}

export function notOf(what: string, wanted: string, value: unknown): MiddleError {
  const shown = JSON.stringify(value).slice(0, 100);
  return new MiddleError('expression_failed', `${what} must give ${wanted}, and gave ${shown}`, {
    data: { value: shown },
  });
}

/** By value: two dates, or two lists with the same items, are the same. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
