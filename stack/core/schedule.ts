/** Ticks and windows of syncs. Pure: the caller gives the time. */

const SECOND = 1_000;
const DAY = 86_400_000;

/** Longer periods keep the time of day at which they were switched on; shorter ones are spread. */
const SPREAD_MOST_SECONDS = 3_600;

/**
 * The tick after `tick`. Ticks that were missed (the stack was off, a run took longer) are not made up for: one run
 * catches up with all of them. Periods up to an hour have a phase of their own for each sync, so that a hundred
 * syncs that were switched on together don't start together for ever; longer ones keep their phase.
 */
export function nextTick(syncId: string, tick: Date, everySeconds: number, now: Date): Date {
  const every = everySeconds * SECOND;
  if (everySeconds <= SPREAD_MOST_SECONDS) {
    const phase = phaseOf(syncId, every);
    const after = Math.max(now.getTime(), tick.getTime());
    return new Date(Math.floor((after - phase) / every) * every + phase + every);
  }
  const passed = Math.max(0, Math.floor((now.getTime() - tick.getTime()) / every));
  return new Date(tick.getTime() + (passed + 1) * every);
}

/** From 0 to under `every`, always the same for a sync. */
function phaseOf(syncId: string, every: number): number {
  let hash = 0x811c9dc5;
  for (const letter of syncId) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash % every;
}

/** A time window as functions get it. */
export interface Window {
  readonly since: string;
  readonly until: string;
}

/**
 * What a run of recent records looks at: from where the last one that went well ended, reaching back by the overlap,
 * up to the tick. Windows of runs that failed are part of the next one, so nothing falls between them.
 */
export function recentWindow(options: {
  readonly until: Date;
  /** Up to here the windows that went well are without a gap; null: there was none. */
  readonly coveredUntil: Date | null;
  readonly overlapSeconds: number;
  readonly firstWindowSeconds: number;
}): Window {
  const { until, coveredUntil, overlapSeconds, firstWindowSeconds } = options;
  const since =
    coveredUntil === null || coveredUntil > until
      ? until.getTime() - (coveredUntil === null ? firstWindowSeconds : overlapSeconds) * SECOND
      : coveredUntil.getTime() - overlapSeconds * SECOND;
  return { since: new Date(since).toISOString(), until: until.toISOString() };
}

/** A wider window once a week. Weekday 1 is Monday. */
export interface CatchUp {
  readonly weekday: number;
  readonly hour: number;
  readonly time_zone: string;
  readonly window_days: number;
}

/**
 * The last moment at or before `now` at which the catch-up was due: that weekday at that hour on the clocks of its
 * time zone. When clocks jump over that hour, the moment is an hour later; when it comes twice, the first.
 */
export function lastCatchUp(catchUp: CatchUp, now: Date): Date {
  const local = localTime(now, catchUp.time_zone);
  const daysBack = (local.weekday - catchUp.weekday + 7) % 7;
  const thisWeek = momentOf(local.day - daysBack * DAY + catchUp.hour * 3_600_000, catchUp.time_zone);
  if (thisWeek <= now) return thisWeek;
  return momentOf(local.day - (daysBack + 7) * DAY + catchUp.hour * 3_600_000, catchUp.time_zone);
}

export function catchUpWindow(catchUp: CatchUp, tick: Date): Window {
  return {
    since: new Date(tick.getTime() - catchUp.window_days * DAY).toISOString(),
    until: tick.toISOString(),
  };
}

/** Seconds to wait before attempt `attempt` + 1: doubling from 5 seconds to 5 minutes. */
export function retrySeconds(attempt: number): number {
  return Math.min(300, 5 * 2 ** Math.max(0, attempt - 1));
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** What clocks show there: as if it were UTC, in milliseconds. */
function localTime(moment: Date, timeZone: string): { day: number; time: number; weekday: number } {
  let format = FORMATS.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    FORMATS.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name));
  const day = Date.UTC(part('year'), part('month') - 1, part('day'));
  const time = day + part('hour') * 3_600_000 + part('minute') * 60_000 + part('second') * SECOND;
  return { day, time, weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1 };
}

/** The moment at which clocks there show this time. */
function momentOf(time: number, timeZone: string): Date {
  const offsetAt = (moment: number): number =>
    localTime(new Date(moment), timeZone).time - Math.floor(moment / SECOND) * SECOND;
  // The offset before and after a change of clocks: the earlier moment that shows the time, else the one after the jump.
  const candidates = [offsetAt(time - DAY), offsetAt(time + DAY)]
    .map((offset) => time - offset)
    .sort((a, b) => a - b);
  const showing = candidates.find((moment) => localTime(new Date(moment), timeZone).time === time);
  return new Date(showing ?? candidates.at(-1) ?? time);
}
