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

/** Equal by value, however deep; lists by order, objects by keys. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  if (!isData(a) || !isData(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
  );
}

/** Numbers before texts before the rest; texts by their code points, the same on every machine. */
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

/** A value as text: texts as they are, numbers without an exponent where that is exact, the rest as JSON. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
