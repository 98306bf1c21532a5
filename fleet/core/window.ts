import * as z from 'zod';
import { DAY, HOUR, merged, MINUTE } from './time.ts';
import type { Moment, Span } from './time.ts';
import { dayAt, isTimeZone, momentOf, weekdayOf } from './zone.ts';

/**
 * A window: a time of the week in which a customer wants updates. It says when it opens by the clocks of its time zone,
 * and how long it stays open, so that it has its length also in the nights in which clocks change.
 */
export const windowSchema = z.strictObject({
  /** 1 is Monday. */
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
  opens: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'A time of day, such as 22:30'),
  minutes: z
    .int()
    .min(60, 'At least an hour: an update has to fit in')
    .max(24 * 60),
  time_zone: z.string().refine(isTimeZone, 'A time zone, such as Europe/Madrid'),
});

export type Window = z.infer<typeof windowSchema>;

/** Open: until when. Closed: when it opens next, which every window does within a week. */
export type Opening =
  { readonly open: true; readonly until: Moment } | { readonly open: false; readonly opens: Moment };

/**
 * An opening holds until its moment, so it is worked out once for all plans until then, but for a day at most: windows that
 * are always open are followed for a week only.
 */
const KNOWN = new WeakMap<readonly Window[], { readonly from: Moment; readonly opening: Opening }>();

/** No window at all means always. */
export function openingAt(windows: readonly Window[], now: Moment): Opening {
  if (windows.length === 0) return { open: true, until: Number.POSITIVE_INFINITY };
  const known = KNOWN.get(windows);
  if (known !== undefined && now >= known.from && now < Math.min(endOf(known.opening), known.from + DAY)) {
    return known.opening;
  }
  const opening = workOut(windows, now);
  KNOWN.set(windows, { from: now, opening });
  return opening;
}

function endOf(opening: Opening): Moment {
  return opening.open ? opening.until : opening.opens;
}

/** From two days back, since a window may have opened then, to the same weekday of next week; no further than needed. */
const FIRST_DAY = -2;
const LAST_DAY = 8;

function workOut(windows: readonly Window[], now: Moment): Opening {
  const spans: Span[] = [];
  for (let day = FIRST_DAY; day <= LAST_DAY; day += 1) {
    for (const window of windows) {
      const span = spanOn(window, dayAt(window.time_zone, now) + day);
      if (span !== null && span.until > now) spans.push(span);
    }
    // All that opens before then has been looked at, in whatever zone.
    const lookedUntil = now + (day - 1) * DAY;
    const [first] = merged(spans);
    if (first === undefined || day < 1) continue;
    if (first.from <= now && first.until < lookedUntil) return { open: true, until: first.until };
    if (first.from > now && first.from < lookedUntil) return { open: false, opens: first.from };
  }
  const [first] = merged(spans);
  if (first !== undefined && first.from <= now) return { open: true, until: first.until };
  return { open: false, opens: first?.from ?? now + DAY };
}

function spanOn({ weekdays, opens, minutes, time_zone: zone }: Window, day: number): Span | null {
  if (!weekdays.includes(weekdayOf(day))) return null;
  const [hours = 0, minutesPast = 0] = opens.split(':').map(Number);
  const from = momentOf(zone, day, hours * HOUR + minutesPast * MINUTE);
  return { from, until: from + minutes * MINUTE };
}

/** How long windows are open in a usual week. */
export function minutesAWeek(windows: readonly Window[]): number {
  return windows.reduce((sum, { weekdays, minutes }) => sum + new Set(weekdays).size * minutes, 0);
}
