/**
 * What clocks show in a time zone, and when they show it. A wall time is written as if it were UTC, in milliseconds.
 * Zones come from Intl, so their history is that of the running Node.
 */

const SECOND = 1_000;
const DAY = 86_400_000;

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError when there is no such zone; see `isTimeZone` */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = FORMATS.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    FORMATS.set(timeZone, format);
  }
  return format;
}

/** Whether it is an IANA name such as Europe/Brussels, or UTC. Offsets such as +02:00 know no summer time and are none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Z]/i.test(name)) return false;
  try {
    return formatOf(name).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What clocks there show at this moment, to the second. */
export function wallAt(moment: number, timeZone: string): number {
  const parts = new Map<string, number>();
  for (const { type, value } of formatOf(timeZone).formatToParts(moment)) parts.set(type, Number(value));
  const part = (name: string): number => parts.get(name) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** How far clocks there are ahead of UTC at this moment, in milliseconds. */
function offsetAt(moment: number, timeZone: string): number {
  return wallAt(moment, timeZone) - Math.floor(moment / SECOND) * SECOND;
}

/**
 * The first moment at which clocks there show this wall time. When they jump over it, the moment after the jump.
 * Offsets are looked up a day to both sides: no zone is further than 14 hours from UTC.
 */
export function momentOf(wall: number, timeZone: string): number {
  const offsets = [offsetAt(wall - DAY, timeZone), offsetAt(wall + DAY, timeZone)];
  const candidates = offsets.map((offset) => wall - offset).sort((a, b) => a - b);
  const showing = candidates.find((moment) => wallAt(moment, timeZone) === wall);
  if (showing !== undefined) return showing;
  const [before = wall, after = wall] = candidates;
  return changeBetween(before - SECOND, after, timeZone) ?? after;
}

/** The moment at which clocks there change after `from` and up to `to`; null when they don't. One change at most is looked for. */
export function changeBetween(from: number, to: number, timeZone: string): number | null {
  const before = offsetAt(from, timeZone);
  if (offsetAt(to, timeZone) === before) return null;
  let low = Math.floor(from / SECOND);
  let high = Math.floor(to / SECOND);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * SECOND, timeZone) === before) low = middle;
    else high = middle;
  }
  return high * SECOND;
}
