import { clean } from '../record.ts';

/** Where two values differ. */
export interface Difference {
  /** `output.lines[2].amount` */
  readonly path: string;
  readonly recorded: unknown;
  readonly replayed: unknown;
}

/** As JSON keeps them: what is undefined is not there, and the order of keys says nothing. */
export function sameValue(a: unknown, b: unknown): boolean {
  return differencesOf(a, b, '', 1).length === 0;
}

/** Where two values differ, from the outside in; at most so many. */
export function differencesOf(
  recorded: unknown,
  replayed: unknown,
  path: string,
  most: number,
): readonly Difference[] {
  const found: Difference[] = [];
  compare(recorded ?? null, replayed ?? null, path, (one) => {
    found.push(one);
    return found.length < most;
  });
  return found;
}

/** @param say returns whether to go on @returns the same */
function compare(a: unknown, b: unknown, path: string, say: (one: Difference) => boolean): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
      if (!compare(a[index] ?? null, b[index] ?? null, `${path}[${index}]`, say)) return false;
    }
    return a.length === b.length || say({ path: `${path}.length`, recorded: a.length, replayed: b.length });
  }
  if (isObject(a) && isObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    for (const key of keys) {
      const at = path === '' ? key : `${path}.${key}`;
      if (!compare(own(a, key), own(b, key), at, say)) return false;
    }
    return true;
  }
  // Text is stored without the characters that Postgres can't hold; zero has one sign in JSON.
  if (typeof a === 'string' && typeof b === 'string' && clean(a) === clean(b)) return true;
  return say({ path, recorded: a, replayed: b });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}
