import { fold } from './text.ts';

/**
 * What the index keeps of a record to filter and sort by: `k` has a key per attribute that is not null (text folded,
 * moments in UTC, booleans and numbers as they are, arrays as folded JSON), `x` the exact text where it differs.
 */
export interface Stored {
  readonly k: Readonly<Record<string, string | number | boolean>>;
  readonly x: Readonly<Record<string, string>>;
}

/** Text is compared by its first characters only, so that an index on it stays small. */
const COMPARED_CHARACTERS = 1_000;
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/i;

export function storedOf(data: Readonly<Record<string, unknown>>): Stored {
  const keys: Record<string, string | number | boolean> = {};
  const exact: Record<string, string> = {};
  for (const [attribute, value] of Object.entries(data)) {
    const key = keyOf(value);
    if (key === null) continue;
    keys[labelOf(attribute)] = key;
    if (typeof value === 'string' && value !== key) exact[labelOf(attribute)] = exactOf(value);
  }
  return { k: keys, x: exact };
}

/** What a value sorts and compares by. */
export function keyOf(value: unknown): string | number | boolean | null {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') {
    if (DATETIME.test(value)) {
      const milliseconds = Date.parse(value);
      if (!Number.isNaN(milliseconds)) return new Date(milliseconds).toISOString();
    }
    return fold(value).slice(0, COMPARED_CHARACTERS);
  }
  if (value === null || value === undefined) return null;
  return fold(JSON.stringify(value)).slice(0, COMPARED_CHARACTERS);
}

export function exactOf(text: string): string {
  return text.slice(0, COMPARED_CHARACTERS).toWellFormed();
}

/**
 * An attribute's key as a label that is safe within a JSON path and within SQL. Ordinary keys stay as they are;
 * others are written in hexadecimal (also capitals, because names in SQLite ignore case).
 */
export function labelOf(attribute: string): string {
  if (/^[a-z][a-z0-9_]{0,62}$/.test(attribute) && !attribute.startsWith('hex_')) return attribute;
  return `hex_${Buffer.from(attribute.slice(0, 200)).toString('hex')}`;
}

/** The SQL of an attribute's key; an index must be on the same text to be used. */
export const keySql = (label: string): string => `json_extract(doc.data, '$.k.${label}')`;
export const exactSql = (label: string): string =>
  `ifnull(json_extract(doc.data, '$.x.${label}'), ${keySql(label)})`;
export const indexSql = (label: string): string =>
  `create index if not exists by_${label} on doc (json_extract(data, '$.k.${label}'))`;
export const indexNameOf = (label: string): string => `by_${label}`;
