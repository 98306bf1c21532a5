import type { SyncRun } from '../data/types.ts';
import type { Tone } from '../ui/badge.tsx';

export const KIND_TITLES: Readonly<Record<SyncRun['kind'], string>> = {
  complete: 'Complete transfer',
  recent: 'Recent records',
  lookup: 'Primary-id lookup',
};

export const KIND_TEXTS: Readonly<Record<SyncRun['kind'], string>> = {
  complete: 'Reads everything the source has.',
  recent: 'Reads what changed within a time window.',
  lookup: 'Reads one record, also for foreign keys not seen yet.',
};

export const STATE_TITLES: Readonly<Record<SyncRun['state'], string>> = {
  queued: 'Queued',
  running: 'Running',
  storing: 'Storing',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const STATE_TONES: Readonly<Record<SyncRun['state'], Tone>> = {
  queued: 'idle',
  running: 'live',
  storing: 'live',
  succeeded: 'ok',
  failed: 'bad',
  cancelled: 'idle',
};

export const CAUSE_TITLES: Readonly<Record<SyncRun['cause'], string>> = {
  schedule: 'Schedule',
  catch_up: 'Weekly catch-up',
  person: 'By hand',
  foreign_key: 'Foreign key',
};

export const FAULT_TEXTS: Readonly<Record<string, string>> = {
  user: 'Something in the account or the outside system',
  developer: 'For the author of the app',
  operator: 'For who runs this stack',
  platform: 'A fault of Middle itself',
};

export function storedOf({ counts }: SyncRun): number {
  return counts.created + counts.updated + counts.unchanged + counts.older;
}
