import type { Execution, StepRun } from '../../data/types.ts';
import type { Tone } from '../../ui/badge.tsx';

export const STATE_TITLES: Readonly<Record<Execution['state'], string>> = {
  ready: 'Queued',
  running: 'Running',
  waiting: 'Waiting',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const STATE_TONES: Readonly<Record<Execution['state'], Tone>> = {
  ready: 'idle',
  running: 'live',
  waiting: 'live',
  succeeded: 'ok',
  failed: 'bad',
  cancelled: 'idle',
};

export const CAUSE_TITLES: Readonly<Record<Execution['cause'], string>> = {
  trigger: 'Trigger',
  person: 'By hand',
  workflow: 'Another workflow',
  bulk: 'Bulk step',
  api: 'Real-time API',
  again: 'Run again',
};

export const STEP_TONES: Readonly<Record<StepRun['state'], Tone>> = {
  running: 'live',
  waiting: 'live',
  succeeded: 'ok',
  failed: 'bad',
  cancelled: 'idle',
};

const OPEN: ReadonlySet<Execution['state']> = new Set(['ready', 'running', 'waiting']);

export function isUnderWay({ state }: Pick<Execution, 'state'>): boolean {
  return OPEN.has(state);
}

/** “Trigger: A city changed”, “By hand: Ann”. */
export function causeOf({ cause, triggerName, startedBy }: Execution): string {
  const who = cause === 'trigger' ? triggerName : startedBy;
  return who === null ? CAUSE_TITLES[cause] : `${CAUSE_TITLES[cause]}: ${who}`;
}
