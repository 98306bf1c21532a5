/** Values are JSON: what an expression gives can be stored, and what it sees are plain data. */

export type Data = Readonly<Record<string, unknown>>;

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of plain data; null when it has none. `constructor` and `__proto__` are keys like any other. */
export function fieldOf(value: unknown, key: string): unknown {
  return isData(value) && Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}

/** An object that takes any key as data. */
export function dataOf(entries: Iterable<readonly [string, unknown]>): Data {
  const data: Record<string, unknown> = Object.create(null);
  for (const [key, value] of entries) data[key] = value;
  return Object.fromEntries(Object.entries(data));
}

/** Counts units of work, and throws when there are too many. */
export type Charge = (units: number) => void;

/** Lists within lists, deeper than anybody writes them, and far from what a stack of calls holds. */
const DEPTH_MAX = 100;

function deeper(depth: number): number {
  if (depth < DEPTH_MAX) return depth + 1;
  throw new RangeError(`its values are more than ${DEPTH_MAX} levels deep`);
}

/** Equal by value; lists by order, objects by keys. */
export function isSame(a: unknown, b: unknown, charge: Charge, depth = 0): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false;
    charge(a.length / 2);
    return a.every((item, index) => isSame(item, b[index], charge, deeper(depth)));
  }
  if (!isData(a) || !isData(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  charge(keys.length / 2);
  return keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key], charge, deeper(depth)));
}

/**
 * Charges for a whole value before something goes through all of it: a list may hold the same list many times over, so
 * that what takes little memory would be endless as text.
 */
export function weigh(value: unknown, charge: Charge, depth = 0): void {
  if (typeof value === 'string') charge(value.length / 32);
  else if (Array.isArray(value)) {
    charge(1 + value.length / 4);
    for (const item of value) weigh(item, charge, deeper(depth));
  } else if (isData(value)) {
    for (const [key, inner] of Object.entries(value)) {
      charge(0.5 + key.length / 32);
      weigh(inner, charge, deeper(depth));
    }
  }
}

/** Numbers before texts before the rest; texts by their UTF-16 units, the same on every machine. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return rankOf(a) - rankOf(b);
}

function rankOf(value: unknown): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return 2;
  return typeof value === 'string' ? 3 : value === null ? 5 : 4;
}

/** A value as text: texts as they are, null as nothing, the rest as JSON. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The milliseconds since 1970 that an ISO text stands for; not a number for what is none. */
export function momentOf(text: string): number {
  // A leap second is the second before it, as for every clock that doesn't show it.
  return Date.parse(text.replace(/:60(?=[.Zz+-])/, ':59').toUpperCase());
}
