import { Cron } from 'croner';
import { z } from 'zod';
import { changeBetween, isTimeZone, momentOf, wallAt } from './trigger-clock.ts';

/**
 * When a trigger on a schedule ticks. Pure: the caller gives the time.
 *
 * What happens when clocks change:
 * - `hourly` goes by elapsed time, counted from midnight UTC: its ticks are always equally far apart.
 * - `daily`, `weekly` and `cron` go by the clocks of their zone. A time that clocks jump over ticks once, at the moment
 *   after the jump, together with every other time in the same jump. A time that comes twice ticks once, the first time.
 * - A `cron` whose hour is `*` (every 5 minutes, say) goes through the repeated hour again, and makes up for nothing
 *   when an hour is left out: its ticks stay as far apart as its minutes say.
 */

const timeZone = z
  .string()
  .min(1)
  .max(60)
  .refine(isTimeZone, 'is not a time zone; give an IANA name such as Europe/Brussels');
const time = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 06:30')
  .meta({ description: 'On the clocks of the time zone, 00:00 to 23:59.' });
const missed = z.enum(['once', 'skip']).default('once').meta({
  description: 'Ticks that came while the stack was stopped: make up for all with one, or for none.',
});

const hourly = z.strictObject({
  kind: z.literal('hourly'),
  everyHours: z
    .literal([1, 2, 3, 4, 6, 8, 12])
    .default(1)
    .meta({ description: 'Counted from midnight UTC.' }),
  minute: z.int().min(0).max(59).default(0),
  missed,
});
const daily = z.strictObject({ kind: z.literal('daily'), time, timeZone, missed });
const weekly = z.strictObject({
  kind: z.literal('weekly'),
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7).meta({ description: '1 is Monday.' }),
  time,
  timeZone,
  missed,
});
const cron = z.strictObject({
  kind: z.literal('cron'),
  cron: z.string().trim().min(9).max(200).superRefine(checkCron).meta({
    description:
      'Five fields: minute, hour, day of the month, month, day of the week. Names, L, W and # are known.',
  }),
  timeZone,
  missed,
});

export const scheduleSchema = z
  .discriminatedUnion('kind', [hourly, daily, weekly, cron])
  .meta({ id: 'TriggerSchedule' });
export type Schedule = z.output<typeof scheduleSchema>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The first tick after this moment; null when there is none any more. */
export function nextTick(schedule: Schedule, after: Date): Date | null {
  const tick = nextMoment(schedule, after.getTime());
  return tick === null ? null : new Date(tick);
}

function nextMoment(schedule: Schedule, after: number): number | null {
  switch (schedule.kind) {
    case 'hourly': {
      const every = schedule.everyHours * HOUR;
      const phase = schedule.minute * MINUTE;
      return (Math.floor((after - phase) / every) + 1) * every + phase;
    }
    case 'daily':
      return byClocks(patternOf(schedule.time, '*'), schedule.timeZone, after);
    case 'weekly':
      return byClocks(patternOf(schedule.time, schedule.weekdays.join(',')), schedule.timeZone, after);
    case 'cron':
      return everyHour(schedule.cron)
        ? byElapsedTime(schedule.cron, schedule.timeZone, after)
        : byClocks(schedule.cron, schedule.timeZone, after);
  }
}

/** The next ticks after this moment, for a preview. */
export function nextTicks(schedule: Schedule, after: Date, count: number): readonly Date[] {
  const ticks: Date[] = [];
  for (let last = nextTick(schedule, after); last !== null && ticks.length < count;) {
    ticks.push(last);
    last = nextTick(schedule, last);
  }
  return ticks;
}

/** A tick that is found so late was not late but missed: the stack was stopped, or the trigger's worker was. */
const LATE_MILLISECONDS = 5 * MINUTE;

/** What to do with a tick that is due. Of many that were missed one is made up for at most, never all. */
export function dueTick(
  schedule: Schedule,
  tick: Date,
  now: Date,
): { readonly fires: boolean; readonly next: Date | null } {
  const isMissed = now.getTime() - tick.getTime() > LATE_MILLISECONDS;
  return {
    fires: !isMissed || schedule.missed === 'once',
    next: nextTick(schedule, now > tick ? now : tick),
  };
}

function patternOf(timeOfDay: string, weekdays: string): string {
  return `${Number(timeOfDay.slice(3))} ${Number(timeOfDay.slice(0, 2))} * * ${weekdays}`;
}

function everyHour(pattern: string): boolean {
  return pattern.split(/\s+/)[1] === '*';
}

/**
 * A wall time's moment never comes before that of an earlier wall time, so the first whose moment is later than `after`
 * is the next tick. While clocks go through an hour again, those it showed before are passed over.
 */
function byClocks(pattern: string, zone: string, after: number): number | null {
  for (let wall = nextWall(pattern, wallAt(after, zone)); wall !== null; wall = nextWall(pattern, wall)) {
    const moment = momentOf(wall, zone);
    if (moment > after) return moment;
  }
  return null;
}

function byElapsedTime(pattern: string, zone: string, after: number): number | null {
  const shown = wallAt(after, zone);
  const wall = nextWall(pattern, shown);
  if (wall === null) return null;
  const second = Math.floor(after / 1_000) * 1_000;
  const moment = second + (wall - shown);
  const change = changeBetween(second, moment, zone);
  if (change === null) return moment;
  // From the change on other wall times are shown: begin again a second before the first of them.
  const first = wallAt(change, zone);
  const then = nextWall(pattern, first - 1_000);
  return then === null ? null : change + (then - first);
}

const PATTERNS = new Map<string, Cron>();
const PATTERNS_KEPT = 1_000;

/** The library only finds the days and hours of a pattern; it works ten times faster without a zone. */
function cronOf(pattern: string): Cron {
  let known = PATTERNS.get(pattern);
  if (known === undefined) {
    known = new Cron(pattern, { utcOffset: 0, mode: '5-part' });
    if (PATTERNS.size >= PATTERNS_KEPT) PATTERNS.clear();
    PATTERNS.set(pattern, known);
  }
  return known;
}

function nextWall(pattern: string, after: number): number | null {
  return cronOf(pattern).nextRun(new Date(after))?.getTime() ?? null;
}

/** Any date will do: patterns such as the 29th of February come within eight years, others never. */
const ANY_DAY = Date.UTC(2000, 0, 1);

function checkCron(pattern: string, context: z.RefinementCtx<string>): void {
  const wrong = (message: string): void => {
    context.addIssue({ code: 'custom', message });
  };
  if (pattern.split(/\s+/).length !== 5) {
    wrong('must have five fields: minute, hour, day of the month, month, day of the week');
    return;
  }
  try {
    if (nextWall(pattern, ANY_DAY) === null) wrong('never comes: no month has such a day');
  } catch (error) {
    wrong(error instanceof Error ? error.message.replace(/^\w+: /, '') : 'is not a cron pattern');
  }
}
