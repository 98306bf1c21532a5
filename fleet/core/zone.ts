import { DAY, SECOND } from './time.ts';
import type { Moment } from './time.ts';

/** Clocks of a time zone. Asking Intl takes some microseconds and plans ask often, so offsets at the borders of days are kept. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();
const OFFSETS = new Map<string, Map<number, number>>();
const LAST = new Map<string, { readonly moment: Moment; readonly day: number }>();
/** Some years of days for each zone. */
const DAYS_REMEMBERED_MOST = 2_000;

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}

/** Days since 1970 that calendars there show. */
export function dayAt(zone: string, moment: Moment): number {
  // A plan asks for the same moment again and again.
  let last = LAST.get(zone);
  if (last?.moment !== moment) {
    last = { moment, day: Math.floor((moment + offsetAt(zone, moment)) / DAY) };
    LAST.set(zone, last);
  }
  return last.day;
}

/** 1 is Monday. Day 0, the first of 1970, was a Thursday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/**
 * The moment at which clocks there show this time of this day. When it comes twice, the first; when clocks jump over it,
 * as much later as they jump.
 */
export function momentOf(zone: string, day: number, timeOfDay: number): Moment {
  const shown = day * DAY + timeOfDay;
  const before = offsetOnDay(zone, day - 1);
  const after = offsetOnDay(zone, day + 2);
  if (before === after) return shown - before;
  const candidates = [shown - before, shown - after].sort((a, b) => a - b);
  const showing = candidates.find((moment) => moment + offsetAt(zone, moment) === shown);
  return showing ?? shown - before;
}

/** At the beginning of that day in UTC. */
function offsetOnDay(zone: string, day: number): number {
  let ofZone = OFFSETS.get(zone);
  if (ofZone === undefined || ofZone.size >= DAYS_REMEMBERED_MOST) {
    ofZone = new Map();
    OFFSETS.set(zone, ofZone);
  }
  const known = ofZone.get(day);
  if (known !== undefined) return known;
  const offset = offsetAt(zone, day * DAY);
  ofZone.set(day, offset);
  return offset;
}

function offsetAt(zone: string, moment: Moment): number {
  if (zone === 'UTC') return 0;
  let format = FORMATS.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    FORMATS.set(zone, format);
  }
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return shown - Math.floor(moment / SECOND) * SECOND;
}
