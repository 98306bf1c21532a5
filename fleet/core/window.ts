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

function workOut(windows: readonly Window[], now: Moment): Opening {
  const spans = merged(windows.flatMap((window) => spansAround(window, now)));
  const current = spans.find(({ from, until }) => from <= now && now < until);
  if (current !== undefined) return { open: true, until: current.until };
  return { open: false, opens: spans.find(({ from }) => from > now)?.from ?? now + DAY };
}

/** From two days back, since a window may have opened then, to the same weekday of next week. */
function spansAround(window: Window, now: Moment): readonly Span[] {
  const today = dayAt(window.time_zone, now);
  const [hours = 0, minutes = 0] = window.opens.split(':').map(Number);
  const spans: Span[] = [];
  for (let day = today - 2; day <= today + 8; day += 1) {
    if (!window.weekdays.includes(weekdayOf(day))) continue;
    const from = momentOf(window.time_zone, day, hours * HOUR + minutes * MINUTE);
    spans.push({ from, until: from + window.minutes * MINUTE });
  }
  return spans;
}

/** How long windows are open in a usual week. */
export function minutesAWeek(windows: readonly Window[]): number {
  return windows.reduce((sum, { weekdays, minutes }) => sum + new Set(weekdays).size * minutes, 0);
}
