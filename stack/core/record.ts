import type { Attribute, RecordType } from './attribute.ts';

/** Why a value does not fit; `path` names the attribute, `legs[0].code` one inside an array. */
export interface Problem {
  readonly path: string;
  readonly problem: string;
  /** The value, shortened. */
  readonly value?: unknown;
}

export type Checked =
  | {
      readonly ok: true;
      readonly id: string;
      /** The canonical text: JSON with the attributes in their order. Equal data has equal text. */
      readonly text: string;
      /** Values of foreign keys that are not null. */
      readonly references: readonly Reference[];
    }
  | { readonly ok: false; readonly id: string | null; readonly problems: readonly Problem[] };

export interface Reference {
  readonly recordType: string;
  readonly id: string;
}

export interface CompiledRecordType {
  readonly recordType: RecordType;
  check(data: unknown): Checked;
}

/** Bytes of an id: Postgres refuses index entries over a third of a page. */
export const ID_MAX_BYTES = 1024;
export const ARRAY_MAX_ITEMS = 10_000;
/** More problems than this help nobody. */
const PROBLEMS_MAX = 20;

type Data = Readonly<Record<string, unknown>>;
type ValueCheck = (value: unknown, path: string, problems: Problem[]) => unknown;

/**
 * Compiles a record type's rules once. A record must bring every attribute, of the right type; null is a value, but
 * not for the primary id. A key that the record type doesn't know makes the record invalid too: storing it without
 * that key would lose data silently, so it is set aside and an added attribute is proposed.
 */
export function compileRecordType(recordType: RecordType): CompiledRecordType {
  const checks = recordType.attributes.map((attribute) => ({ attribute, check: checkOf(attribute) }));
  const keys = new Set(recordType.attributes.map(({ key }) => key));
  const idKey = recordType.attributes.find(({ type }) => type === 'primary_id')?.key ?? '';
  const foreignKeys = recordType.attributes.filter(({ type }) => type === 'foreign_key');

  const check = (data: unknown): Checked => {
    if (!isData(data)) {
      return { ok: false, id: null, problems: [{ path: '', problem: 'is not an object', ...valueOf(data) }] };
    }
    const problems: Problem[] = [];
    const canonical = checkKeys(data, checks, keys, '', problems);
    const id = Object.hasOwn(data, idKey) ? data[idKey] : null;
    const text = JSON.stringify(canonical);
    // Escapes are rare: only a text that has one is looked at string by string.
    if (text.includes('\\u')) findUnstorable(canonical, '', problems);
    if (problems.length > 0 || typeof id !== 'string') {
      return { ok: false, id: typeof id === 'string' ? clean(id) : null, problems };
    }
    return { ok: true, id, text, references: referencesIn(canonical, foreignKeys) };
  };
  return { recordType, check };
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkKeys(
  data: Data,
  checks: readonly { readonly attribute: Attribute; readonly check: ValueCheck }[],
  keys: ReadonlySet<string>,
  prefix: string,
  problems: Problem[],
): Record<string, unknown> {
  const canonical: Record<string, unknown> = {};
  let found = 0;
  for (const { attribute, check } of checks) {
    const path = prefix + attribute.key;
    if (Object.hasOwn(data, attribute.key)) {
      found += 1;
      canonical[attribute.key] = check(data[attribute.key], path, problems);
    } else {
      add(problems, { path, problem: 'is missing' });
    }
  }
  if (Object.keys(data).length !== found) {
    for (const key of Object.keys(data)) {
      if (!keys.has(key)) {
        add(problems, { path: prefix + clean(key), problem: 'is not an attribute', ...valueOf(data[key]) });
      }
    }
  }
  return canonical;
}

function checkOf(attribute: Attribute): ValueCheck {
  switch (attribute.type) {
    case 'primary_id':
      return (value, path, problems) => {
        if (value === null) add(problems, { path, problem: 'is null, but identifies the record' });
        else checkId(value, path, problems);
        return value;
      };
    case 'foreign_key':
      return (value, path, problems) => {
        if (value !== null) checkId(value, path, problems);
        return value;
      };
    case 'string':
      return typed('a string', (value) => typeof value === 'string');
    case 'number':
      return typed('a finite number', (value) => typeof value === 'number' && Number.isFinite(value));
    case 'boolean':
      return typed('true or false', (value) => typeof value === 'boolean');
    case 'iso_date':
      return typed('a date such as 2026-01-31', (value) => typeof value === 'string' && isDate(value));
    case 'iso_datetime':
      return typed(
        'a date and time with an offset such as 2026-01-31T09:30:00Z',
        (value) => typeof value === 'string' && isDateTime(value),
      );
    case 'array':
      return arrayCheck(attribute.attributes ?? []);
  }
}

function typed(expected: string, fits: (value: unknown) => boolean): ValueCheck {
  return (value, path, problems) => {
    if (value !== null && !fits(value)) {
      add(problems, { path, problem: `is ${named(value)}, not ${expected}`, ...valueOf(value) });
    }
    return value;
  };
}

function checkId(value: unknown, path: string, problems: Problem[]): void {
  if (typeof value !== 'string') {
    add(problems, { path, problem: `is ${named(value)}, not a string`, ...valueOf(value) });
  } else if (value === '') {
    add(problems, { path, problem: 'is empty, but identifies a record' });
  } else if (value.length * 3 > ID_MAX_BYTES && new TextEncoder().encode(value).length > ID_MAX_BYTES) {
    add(problems, { path, problem: `has more than ${ID_MAX_BYTES} bytes`, ...valueOf(value) });
  }
}

function arrayCheck(attributes: readonly Attribute[]): ValueCheck {
  const checks = attributes.map((attribute) => ({ attribute, check: checkOf(attribute) }));
  const keys = new Set(attributes.map(({ key }) => key));
  return (value, path, problems) => {
    if (value === null) return null;
    if (!Array.isArray(value)) {
      add(problems, { path, problem: `is ${named(value)}, not an array`, ...valueOf(value) });
      return null;
    }
    const items: readonly unknown[] = value;
    if (items.length > ARRAY_MAX_ITEMS) {
      add(problems, { path, problem: `has ${items.length} items, more than ${ARRAY_MAX_ITEMS}` });
      return null;
    }
    return items.map((item, index) => {
      const at = `${path}[${index}]`;
      if (isData(item)) return checkKeys(item, checks, keys, `${at}.`, problems);
      add(problems, { path: at, problem: `is ${named(item)}, not an object`, ...valueOf(item) });
      return null;
    });
  };
}

function add(problems: Problem[], problem: Problem): void {
  if (problems.length < PROBLEMS_MAX) problems.push(problem);
}

function named(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : 'a number too large';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'true or false' : 'an object';
}

const PREVIEW = 120;

function valueOf(value: unknown): { value?: unknown } {
  if (value === undefined) return {};
  if (value === null || typeof value === 'boolean') return { value };
  if (typeof value === 'number') return { value: Number.isFinite(value) ? value : String(value) };
  const text = clean(typeof value === 'string' ? value : JSON.stringify(value));
  return { value: text.length > PREVIEW ? `${text.slice(0, PREVIEW)}…`.toWellFormed() : text };
}

/** Text that Postgres can store: it refuses U+0000 and lone surrogates. */
export function clean(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

function findUnstorable(value: unknown, path: string, problems: Problem[]): void {
  if (typeof value === 'string') {
    if (value.includes('\u0000')) {
      add(problems, { path, problem: 'has the character U+0000, which cannot be stored', ...valueOf(value) });
    } else if (!value.isWellFormed()) {
      add(problems, {
        path,
        problem: 'is not well-formed Unicode (half of a surrogate pair)',
        ...valueOf(value),
      });
    }
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => findUnstorable(item, `${path}[${index}]`, problems));
  } else if (isData(value)) {
    for (const [key, inner] of Object.entries(value)) {
      findUnstorable(inner, path === '' ? key : `${path}.${key}`, problems);
    }
  }
}

function referencesIn(data: Data, foreignKeys: readonly Attribute[]): readonly Reference[] {
  const references: Reference[] = [];
  for (const { key, references: recordType } of foreignKeys) {
    const id = data[key];
    if (typeof id === 'string' && recordType !== undefined) references.push({ recordType, id });
  }
  return references;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
// RFC 3339, section 5.6: a time may have a fraction and must have an offset; :60 is a leap second.
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** A day that the calendar has: 2023-02-29 is not one. */
export function isDate(text: string): boolean {
  const match = DATE.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

export function isDateTime(text: string): boolean {
  const match = DATE_TIME.exec(text);
  return match !== null && isDate(match[1] ?? '');
}
