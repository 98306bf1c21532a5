import { MiddleError } from '../errors.ts';
import type { Succeeded } from './course.ts';
import { ITEMS_MAX } from './definition.ts';
import type { DecisionStep, EachStep, SetStep, Step, StopStep, SwitchStep, WaitStep } from './definition.ts';
import type { EvaluateIn } from './mapping.ts';

/**
 * Steps that only look at values. The executor, a trial and a replay all work them out here, so that they mean the same
 * everywhere.
 */
export type PureStep = DecisionStep | SwitchStep | SetStep | EachStep | StopStep;

export function isPure(step: Step): step is PureStep {
  const { kind } = step;
  return kind === 'decision' || kind === 'switch' || kind === 'set' || kind === 'each' || kind === 'stop';
}

export async function workOut(step: PureStep, evaluate: EvaluateIn): Promise<Succeeded> {
  switch (step.kind) {
    case 'decision':
      return decide(step, evaluate);
    case 'switch':
      return choose(step, evaluate);
    case 'set':
      return succeeded(await evaluate(step.value));
    case 'each':
      return succeeded(itemsOf(await evaluate(step.items)));
    case 'stop':
      return succeeded(step.message === null ? null : await evaluate(step.message));
  }
}

function succeeded(output: unknown, branch?: string): Succeeded {
  return { state: 'succeeded', output, branch };
}

async function decide({ criteria }: DecisionStep, evaluate: EvaluateIn): Promise<Succeeded> {
  const value = await evaluate(criteria);
  if (typeof value !== 'boolean') throw notOf('criteria', 'true or false', value);
  return succeeded(value, value ? 'whenTrue' : 'whenFalse');
}

async function choose(step: SwitchStep, evaluate: EvaluateIn): Promise<Succeeded> {
  const value = await evaluate(step.value);
  for (const one of step.cases) {
    for (const source of one.equals) {
      if (isSame(await evaluate(source), value)) return succeeded(value, one.key);
    }
  }
  return succeeded(value, 'otherwise');
}

function itemsOf(items: unknown): readonly unknown[] {
  if (!Array.isArray(items)) throw notOf('items', 'an array', items);
  if (items.length <= ITEMS_MAX) return items;
  throw new MiddleError(
    'execution_limit',
    `for each got ${items.length.toLocaleString('en')} items; the most is ${ITEMS_MAX.toLocaleString('en')}`,
    { hint: 'Start an execution for each with a bulk step: it takes any number of records.' },
  );
}

const DAY_MILLISECONDS = 86_400_000;
const DAYS_MOST = 366;

/** When a wait for a time is over. */
export async function waitsUntil(
  until: Exclude<WaitStep['until'], { readonly kind: 'record' }>,
  startedAt: Date,
  evaluate: EvaluateIn,
): Promise<Date> {
  const latest = startedAt.getTime() + DAYS_MOST * DAY_MILLISECONDS;
  if (until.kind === 'duration') {
    const seconds = await evaluate(until.seconds);
    if (typeof seconds !== 'number' || !(seconds >= 0)) throw notOf('the wait', 'seconds from 0', seconds);
    return new Date(Math.min(startedAt.getTime() + seconds * 1_000, latest));
  }
  const at = await evaluate(until.at);
  const moment = new Date(typeof at === 'string' ? at : NaN).getTime();
  if (Number.isNaN(moment)) throw notOf('the wait', 'a date and time', at);
  return new Date(Math.min(moment, latest));
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
