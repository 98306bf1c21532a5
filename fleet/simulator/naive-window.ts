import { DAY, HOUR } from '../core/time.ts';
import type { Moment } from '../core/time.ts';
import type { Window } from '../core/window.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const FORMATS = new Map<string, Intl.DateTimeFormat>();
const WEEK_MINUTES = 7 * 24 * 60;

/** Whether a window is open, by what clocks show and nothing else. In nights in which clocks change an hour is let pass. */
export function isOpen(windows: readonly Window[], now: Moment): boolean {
  return windows.length === 0 || windows.some((window) => shows(window, now));
}

function shows(window: Window, now: Moment): boolean {
  const zone = window.time_zone;
  const dayAgo = minuteOfWeek(zone, now - DAY);
  const changed = (minuteOfWeek(zone, now + DAY) - dayAgo + WEEK_MINUTES) % WEEK_MINUTES !== 2 * 24 * 60;
  const moments = changed ? [now, now - HOUR, now + HOUR] : [now];
  return moments.some((moment) => within(window, minuteOfWeek(zone, moment)));
}

function within({ weekdays, opens, minutes }: Window, minute: number): boolean {
  const [hours = 0, minutesPast = 0] = opens.split(':').map(Number);
  return weekdays.some((weekday) => {
    const begin = (weekday - 1) * 24 * 60 + hours * 60 + minutesPast;
    return (minute - begin + WEEK_MINUTES) % WEEK_MINUTES < minutes;
  });
}

function minuteOfWeek(zone: string, moment: Moment): number {
  let format = FORMATS.get(zone);
  if (format === undefined) {
    const fields = { weekday: 'short', hour: 'numeric', minute: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...fields });
    FORMATS.set(zone, format);
  }
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  const weekday = WEEKDAYS.indexOf(parts.get('weekday') ?? '');
  return weekday * 24 * 60 + Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
}
