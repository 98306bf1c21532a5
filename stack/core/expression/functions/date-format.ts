import type { Temporal } from 'temporal-polyfill';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const two = (value: number): string => String(value).padStart(2, '0');

/** The letters of Unicode's date patterns (unicode.org/reports/tr35, "Date Format Patterns") that people use most. */
const FIELDS: Readonly<Record<string, (moment: Temporal.ZonedDateTime) => string>> = {
  yyyy: ({ year }) => String(year).padStart(4, '0'),
  yy: ({ year }) => two(((year % 100) + 100) % 100),
  MMMM: ({ month }) => MONTHS[month - 1] ?? '',
  MMM: ({ month }) => (MONTHS[month - 1] ?? '').slice(0, 3),
  MM: ({ month }) => two(month),
  M: ({ month }) => String(month),
  dd: ({ day }) => two(day),
  d: ({ day }) => String(day),
  EEEE: ({ dayOfWeek }) => WEEKDAYS[dayOfWeek - 1] ?? '',
  EEE: ({ dayOfWeek }) => (WEEKDAYS[dayOfWeek - 1] ?? '').slice(0, 3),
  HH: ({ hour }) => two(hour),
  H: ({ hour }) => String(hour),
  mm: ({ minute }) => two(minute),
  ss: ({ second }) => two(second),
  SSS: ({ millisecond }) => String(millisecond).padStart(3, '0'),
  XXX: ({ offset }) => (offset === '+00:00' ? 'Z' : offset.slice(0, 6)),
};
const TOKEN = /'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g;

/** @throws RangeError when the pattern has letters that stand for nothing */
export function formatMoment(moment: Temporal.ZonedDateTime, pattern: string): string {
  return pattern.replaceAll(TOKEN, (token) => {
    if (token === "''") return "'";
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (!/^[A-Za-z]/.test(token)) return token;
    const field = Object.hasOwn(FIELDS, token) ? FIELDS[token] : undefined;
    if (field === undefined) throw new RangeError(`“${token}” in a date pattern stands for nothing`);
    return field(moment);
  });
}
