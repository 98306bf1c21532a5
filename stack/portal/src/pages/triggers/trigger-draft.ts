import { RECORD_EVENTS } from '@middle/core/workflow/trigger.ts';
import type { RecordEvent, TriggerDefinition } from '@middle/core/workflow/trigger.ts';
import type { Schedule } from '@middle/core/workflow/trigger-schedule.ts';
import type { Trigger } from '../../data/types.ts';

/** A trigger while a person fills it in; expressions may be empty. */
export interface TriggerDraft {
  readonly kind: 'record' | 'schedule';
  readonly name: string;
  readonly connectionId: string;
  readonly recordType: string;
  readonly events: readonly RecordEvent[];
  readonly schedule: Schedule;
  readonly input: Readonly<Record<string, string>>;
  readonly discard: string;
  readonly requeue: string;
  readonly requeueSeconds: number;
  readonly requeueAttempts: number;
}

export function emptyDraft(kind: TriggerDraft['kind'], timeZone: string): TriggerDraft {
  return {
    kind,
    name: '',
    connectionId: '',
    recordType: '',
    events: RECORD_EVENTS,
    schedule: { kind: 'daily', time: '06:00', timeZone, missed: 'once' },
    input: {},
    discard: '',
    requeue: '',
    requeueSeconds: 60,
    requeueAttempts: 10,
  };
}

export function draftOf({ definition }: Trigger, timeZone: string): TriggerDraft {
  const base = {
    ...emptyDraft(definition.kind, timeZone),
    name: definition.name,
    input: definition.input,
    discard: definition.discard ?? '',
  };
  if (definition.kind === 'schedule') return { ...base, schedule: definition.schedule };
  return {
    ...base,
    connectionId: definition.connectionId ?? '',
    recordType: definition.recordType ?? '',
    events: definition.events,
    requeue: definition.requeue ?? '',
    requeueSeconds: definition.requeueSeconds,
    requeueAttempts: definition.requeueAttempts,
  };
}

/** As the API takes it; a text: what is still missing. */
export function definitionOf(draft: TriggerDraft): TriggerDefinition | string {
  const name = draft.name.trim();
  if (name === '') return 'Give it a name';
  const input = Object.fromEntries(Object.entries(draft.input).filter(([, source]) => source.trim() !== ''));
  const rules = { name, input, discard: sourceOf(draft.discard) };
  if (draft.kind === 'schedule') return { kind: 'schedule', ...rules, schedule: draft.schedule };
  if (draft.connectionId === '') return 'Choose a connection';
  if (draft.recordType === '') return 'Choose a record type';
  if (draft.events.length === 0) return 'Choose at least one event';
  return {
    kind: 'record',
    ...rules,
    connectionId: draft.connectionId,
    recordType: draft.recordType,
    events: [...draft.events],
    requeue: sourceOf(draft.requeue),
    requeueSeconds: draft.requeueSeconds,
    requeueAttempts: draft.requeueAttempts,
  };
}

function sourceOf(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
