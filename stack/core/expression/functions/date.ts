import { Temporal } from 'temporal-polyfill';
import { messageOf } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { DATE, DATETIME, NUMBER, nullable, TEXT } from '../types.ts';
import { textOf } from '../values.ts';
import { formatMoment } from './date-format.ts';
import type { FunctionDefinition, Parameter, Remark } from './definition.ts';

/**
 * Dates and times are ISO texts. Where the clocks of a time zone matter (a day's beginning, a weekday, adding a day), the
 * zone is an argument, UTC when it is left out. A local time that clocks jump over is taken after the jump; one that comes
 * twice, the first time.
 */

export const UNITS = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'] as const;
type Unit = (typeof UNITS)[number];
export const PARTS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second', 'weekday'] as const;
type Part = (typeof PARTS)[number];
const STARTS = ['year', 'month', 'week', 'day', 'hour', 'minute'] as const;
type Start = (typeof STARTS)[number];

const at: Parameter = { name: 'at', type: DATETIME };
const zone: Parameter = { name: 'zone', type: TEXT, isOptional: true, look: lookAtZone };
const unit: Parameter = { name: 'unit', type: TEXT, oneOf: UNITS };
const amount: Parameter = { name: 'amount', type: NUMBER };

/** Years beyond 9999 have a sign and six digits. */
const DATE_ONLY = /^(?:[+-]\d{2})?\d{4}-\d{2}-\d{2}$/;
const isDate = (value: unknown): value is string => typeof value === 'string' && DATE_ONLY.test(value);
const zoneOf = (value: unknown): string => (typeof value === 'string' && value !== '' ? value : 'UTC');

/** A date is the first moment of its day there. */
function zoned(value: unknown, timeZone: unknown): Temporal.ZonedDateTime {
  const where = zoneOf(timeZone);
  if (isDate(value)) return Temporal.PlainDate.from(value).toZonedDateTime({ timeZone: where });
  return Temporal.Instant.from(textOf(value)).toZonedDateTimeISO(where);
}

/** In UTC with milliseconds where there are any, so that equal moments are equal texts. */
function isoOf(moment: Temporal.ZonedDateTime): string {
  return new Date(moment.epochMilliseconds).toISOString();
}

function moved(value: unknown, count: number, by: Unit, timeZone: unknown, sign: 1 | -1): string | null {
  const from = zoned(value, timeZone);
  const isDay = isDate(value) && (by === 'years' || by === 'months' || by === 'weeks' || by === 'days');
  // A calendar of 270,000 years ends somewhere: what is beyond is not known, as with numbers.
  return orNull(() => {
    const duration = Temporal.Duration.from({ [by]: sign * Math.trunc(count) });
    return isDay ? from.toPlainDate().add(duration).toString() : isoOf(from.add(duration));
  });
}

function startOf(moment: Temporal.ZonedDateTime, of: Start): Temporal.ZonedDateTime {
  if (of === 'hour') return moment.round({ smallestUnit: 'hour', roundingMode: 'floor' });
  if (of === 'minute') return moment.round({ smallestUnit: 'minute', roundingMode: 'floor' });
  const day = moment.startOfDay();
  if (of === 'week') return day.subtract({ days: day.dayOfWeek - 1 }).startOfDay();
  if (of === 'month') return day.with({ day: 1 }).startOfDay();
  return of === 'year' ? day.with({ day: 1, month: 1 }).startOfDay() : day;
}

const PLURAL: Readonly<Record<Start, Unit>> = {
  year: 'years',
  month: 'months',
  week: 'weeks',
  day: 'days',
  hour: 'hours',
  minute: 'minutes',
};

function partOf(moment: Temporal.ZonedDateTime, part: Part): number {
  switch (part) {
    case 'week':
      return moment.weekOfYear ?? 0;
    case 'weekday':
      return moment.dayOfWeek;
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
    case 'minute':
    case 'second':
      return moment[part];
  }
}

const oneOf = <Known extends string>(known: readonly Known[], value: unknown): Known => {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new RangeError(`“${textOf(value)}” is none of ${known.join(', ')}`);
  return found;
};

/** What a date stays when it is moved by days, and what it becomes when it is moved by hours. */
const movedType: FunctionDefinition['result'] = ([first]) =>
  nullable(first?.kind === 'date' ? DATE : DATETIME);

export const DATES: readonly FunctionDefinition[] = [
  {
    name: 'now',
    group: 'date',
    help: 'The moment at which this step began.',
    parameters: [],
    result: () => DATETIME,
    run: (_, { now }) => now.toISOString(),
    example: ['now()', '2026-03-01T12:00:00.000Z'],
  },
  {
    name: 'today',
    group: 'date',
    help: 'The date on which this step began, on the clocks of a time zone.',
    parameters: [zone],
    result: () => DATE,
    run: ([where], { now }) => zoned(now.toISOString(), where).toPlainDate().toString(),
    example: ['today("Asia/Tokyo")', '2026-03-01'],
  },
  {
    name: 'date',
    group: 'date',
    help: 'The date of a moment on the clocks of a time zone, or the date that a text stands for; null when it is none.',
    parameters: [{ name: 'at', type: TEXT }, zone],
    result: () => nullable(DATE),
    run: ([value, where]) => orNull(() => zoned(value, where).toPlainDate().toString()),
    example: ['date("2026-03-01T23:30:00Z", "Europe/Brussels")', '2026-03-02'],
  },
  {
    name: 'datetime',
    group: 'date',
    help: 'The moment that an ISO text stands for, in UTC; a date is the beginning of its day. Null when it is none.',
    parameters: [{ name: 'text', type: TEXT }, zone],
    result: () => nullable(DATETIME),
    run: ([value, where]) => orNull(() => isoOf(zoned(value, where))),
    example: ['datetime("2026-03-01", "Europe/Brussels")', '2026-02-28T23:00:00.000Z'],
  },
  {
    name: 'plus',
    group: 'date',
    help: 'Later by an amount of units. Days and longer are counted on the clocks of a time zone.',
    parameters: [at, amount, unit, zone],
    result: movedType,
    run: ([value, count, by, where]) => moved(value, Number(count), oneOf(UNITS, by), where, 1),
    example: ['plus("2026-01-31", 1, "months")', '2026-02-28'],
  },
  {
    name: 'minus',
    group: 'date',
    help: 'Earlier by an amount of units. Days and longer are counted on the clocks of a time zone.',
    parameters: [at, amount, unit, zone],
    result: movedType,
    run: ([value, count, by, where]) => moved(value, Number(count), oneOf(UNITS, by), where, -1),
    example: ['minus(now(), 1, "hours")', '2026-03-01T11:00:00.000Z'],
  },
  {
    name: 'between',
    group: 'date',
    help: 'Whole units from one moment to another; negative when the second is earlier.',
    parameters: [
      { name: 'from', type: DATETIME },
      { name: 'to', type: DATETIME },
      { name: 'unit', type: TEXT, oneOf: UNITS },
      zone,
    ],
    result: () => NUMBER,
    run: ([from, to, by, where]) => {
      const largestUnit = oneOf(UNITS, by);
      return zoned(from, where).until(zoned(to, where), { largestUnit })[largestUnit];
    },
    example: ['between("2026-01-01", "2026-03-01", "days")', 59],
  },
  {
    name: 'startOf',
    group: 'date',
    help: 'The first moment of its year, month, week (Monday), day, hour or minute.',
    parameters: [at, { name: 'unit', type: TEXT, oneOf: STARTS }, zone],
    result: () => nullable(DATETIME),
    run: ([value, of, where]) => {
      const [moment, start] = [zoned(value, where), oneOf(STARTS, of)];
      return orNull(() => isoOf(startOf(moment, start)));
    },
    example: ['startOf("2026-03-18T10:00:00Z", "month")', '2026-03-01T00:00:00.000Z'],
  },
  {
    name: 'endOf',
    group: 'date',
    help: 'The first moment after its year, month, week (Monday), day, hour or minute.',
    parameters: [at, { name: 'unit', type: TEXT, oneOf: STARTS }, zone],
    result: () => nullable(DATETIME),
    run: ([value, of, where]) => {
      const [moment, start] = [zoned(value, where), oneOf(STARTS, of)];
      return orNull(() => isoOf(startOf(moment, start).add({ [PLURAL[start]]: 1 })));
    },
    example: ['endOf("2026-02-10", "month")', '2026-03-01T00:00:00.000Z'],
  },
  {
    name: 'datePart',
    group: 'date',
    help: 'Its year, month (1 to 12), week (ISO), day, hour, minute, second or weekday (Monday is 1) as a number.',
    parameters: [at, { name: 'part', type: TEXT, oneOf: PARTS }, zone],
    result: () => NUMBER,
    run: ([value, part, where]) => partOf(zoned(value, where), oneOf(PARTS, part)),
    example: ['datePart("2026-03-01", "weekday")', 7],
  },
  {
    name: 'formatDate',
    group: 'date',
    help: 'As text by a pattern: yyyy, yy, MM, M, MMM, MMMM, dd, d, EEE, EEEE, HH, H, mm, ss, SSS, XXX; other text between quotes.',
    parameters: [at, { name: 'pattern', type: TEXT, look: lookAtPattern }, zone],
    result: () => TEXT,
    run: ([value, pattern, where], { charge }) => {
      charge(textOf(pattern).length);
      return formatMoment(zoned(value, where), textOf(pattern));
    },
    example: [
      `formatDate("2026-03-01T12:00:00Z", "d MMMM yyyy 'at' HH:mm", "Europe/Brussels")`,
      '1 March 2026 at 13:00',
    ],
  },
];

function lookAtZone(written: string): Remark | null {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zoneOf(written));
    return null;
  } catch {
    const meant = nearest(written, Intl.supportedValuesOf('timeZone'));
    return { message: `There is no time zone “${written}”; they are named as in "Europe/Brussels".`, meant };
  }
}

function lookAtPattern(written: string): Remark | null {
  try {
    formatMoment(Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO('UTC'), written);
    return null;
  } catch (error) {
    return { message: `${messageOf(error)}.` };
  }
}

function orNull(make: () => string): string | null {
  try {
    return make();
  } catch {
    return null;
  }
}
