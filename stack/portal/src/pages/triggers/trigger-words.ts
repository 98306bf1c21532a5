import type { Schedule } from '@middle/core/workflow/trigger-schedule.ts';
import type { Trigger } from '../../data/types.ts';

export const EVENT_TITLES = { created: 'Created', updated: 'Updated' } as const;

/** Why a trigger hears nothing. */
export const DEAF_TEXTS: Readonly<Record<Trigger['deaf'][number], string>> = {
  off: 'it is switched off',
  account_off: 'the account is off',
  workflow_off: 'the workflow is off',
  not_published: 'the workflow was never published',
  connection_deleted: 'its connection was deleted',
};

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
export const weekdayTitle = (day: number): string => WEEKDAYS[day - 1] ?? String(day);

/** “When a city is updated”, “Every Monday and Friday at 06:00, Europe/Brussels”. */
export function whenOf({ definition }: Pick<Trigger, 'definition'>): string {
  if (definition.kind === 'schedule') return scheduleWords(definition.schedule);
  const { recordType, events } = definition;
  return `When a ${recordType ?? 'record'} is ${events.join(' or ')}`;
}

export function scheduleWords(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'hourly': {
      const minute = String(schedule.minute).padStart(2, '0');
      const every = schedule.everyHours === 1 ? 'Every hour' : `Every ${String(schedule.everyHours)} hours`;
      return `${every}, at minute ${minute}`;
    }
    case 'daily':
      return `Every day at ${schedule.time}, ${schedule.timeZone}`;
    case 'weekly':
      return `Every ${listOf(schedule.weekdays.map(weekdayTitle))} at ${schedule.time}, ${schedule.timeZone}`;
    case 'cron':
      return `By “${schedule.cron}”, ${schedule.timeZone}`;
  }
}

/** What happens when clocks change, as each kind of schedule does it. */
export function clockChangeWords({ kind }: Schedule): string {
  if (kind === 'hourly') return 'Goes by elapsed time from midnight UTC, so clock changes don’t matter.';
  return 'When clocks go forward, a time that is left out ticks right after the jump; when they go back, a time that comes twice ticks once, the first time.';
}

function listOf(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}
