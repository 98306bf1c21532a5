import type { Execution } from '../../data/types.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { STATE_TITLES, STATE_TONES } from './execution-words.ts';

export function ExecutionState({ state }: Pick<Execution, 'state'>) {
  return <StatusDot tone={STATE_TONES[state]}>{STATE_TITLES[state]}</StatusDot>;
}
