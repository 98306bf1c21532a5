import type { SyncRun } from '../data/types.ts';
import { StatusDot } from '../ui/badge.tsx';
import { STATE_TITLES, STATE_TONES } from './run-words.ts';

export function RunState({ state }: { readonly state: SyncRun['state'] }) {
  return <StatusDot tone={STATE_TONES[state]}>{STATE_TITLES[state]}</StatusDot>;
}
