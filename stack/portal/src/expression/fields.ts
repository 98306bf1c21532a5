import { fieldsOfType, relationsOf } from '@middle/core/expression/records.ts';
import type { KnownRecordTypes } from '@middle/core/expression/records.ts';
import type { ExpressionType } from '@middle/core/expression/type.ts';
import { BOOLEAN, DATETIME, nullable, NUMBER, present } from '@middle/core/expression/types.ts';

/** Something that can be chosen in place of typing it. */
export interface PickField {
  readonly title: string;
  /** What is inserted. */
  readonly source: string;
  readonly type: ExpressionType;
  /** As a note beside the title: the key, or what it is. */
  readonly note: string;
  /** Of the sample; undefined when there is none, or when it would have to be looked up. */
  readonly value: unknown;
}

const TITLES: Readonly<Record<string, string>> = {
  inputs: 'Inputs',
  variables: 'Variables',
  steps: 'Earlier steps',
  execution: 'This execution',
  record: 'Record',
  previous: 'The record before',
  event: 'What happened',
  item: 'Item of the list',
  index: 'Number of the item',
  now: 'Now',
};
/** In the order in which people think of them. */
const ORDER = ['record', 'previous', 'item', 'inputs', 'variables', 'steps', 'index', 'event', 'execution'];

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What an expression can begin with. */
export function rootsOf(
  scope: Readonly<Record<string, ExpressionType>>,
  values: Readonly<Record<string, unknown>>,
): readonly PickField[] {
  const names = Object.keys(scope).sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
  const roots = names.flatMap((name): PickField[] => {
    const type = scope[name];
    if (type === undefined || isEmpty(type)) return [];
    return [{ title: TITLES[name] ?? name, source: name, type, note: name, value: values[name] }];
  });
  return [...roots, { title: 'Now', source: 'now()', type: DATETIME, note: 'now()', value: undefined }];
}

function placeOf(name: string): number {
  const place = ORDER.indexOf(name);
  return place < 0 ? ORDER.length : place;
}

/** Variables of a workflow that has none are nothing to choose from. */
function isEmpty(type: ExpressionType): boolean {
  return type.kind === 'object' && type.fields.length === 0;
}

/** What can be taken of a value: its fields, its relations, its items. */
export function fieldsWithin(known: KnownRecordTypes, field: PickField): readonly PickField[] {
  const { type } = field;
  if (type.kind === 'array') return ofList(known, field, type.of);
  const fields = (fieldsOfType(known, type) ?? []).map((one): PickField => ({
    title: one.title,
    source: PLAIN_KEY.test(one.key)
      ? `${field.source}.${one.key}`
      : `${field.source}[${JSON.stringify(one.key)}]`,
    type: one.type,
    note: one.key,
    value: valueOf(field.value, one.key),
  }));
  if (type.kind !== 'record') return fields;
  const { connection } = type;
  const related = relationsOf(known, connection, type.recordType).map((relation): PickField => {
    const of: ExpressionType = { kind: 'record', connection, recordType: relation.recordType };
    const isForward = relation.direction === 'forward';
    return {
      title: isForward ? `${relation.title}, the record` : `${relation.title}, those that name it`,
      source: `related(${field.source}, ${JSON.stringify(relation.name)})`,
      type: isForward ? nullable(of) : { kind: 'array', of },
      note: isForward ? 'related' : 'related list',
      value: undefined,
    };
  });
  return [...fields, ...related];
}

/** A list is counted, its first item taken, or something of each of them. */
function ofList(known: KnownRecordTypes, list: PickField, of: ExpressionType): readonly PickField[] {
  const items = Array.isArray(list.value) ? list.value : null;
  const name = of.kind === 'record' && PLAIN_KEY.test(of.recordType) ? of.recordType : 'one';
  const each = (fieldsOfType(known, present(of)) ?? []).map((one): PickField => ({
    title: `${one.title} of each`,
    source: PLAIN_KEY.test(one.key)
      ? `${list.source}.map(${name}, ${name}.${one.key})`
      : `${list.source}.map(${name}, ${name}[${JSON.stringify(one.key)}])`,
    type: { kind: 'array', of: one.type },
    note: 'list',
    value: items?.map((item) => valueOf(item, one.key) ?? null),
  }));
  return [
    {
      title: 'How many',
      source: `${list.source}.length()`,
      type: NUMBER,
      note: 'length()',
      value: items?.length,
    },
    {
      title: 'Are there any',
      source: `${list.source}.length() > 0`,
      type: BOOLEAN,
      note: '> 0',
      value: items === null ? undefined : items.length > 0,
    },
    {
      title: 'The first one',
      source: `${list.source}[0]`,
      type: nullable(of),
      note: '[0]',
      value: items?.[0],
    },
    ...each,
  ];
}

function valueOf(value: unknown, key: string): unknown {
  if (value === undefined) return undefined;
  if (value === null) return null;
  return typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, key)
    ? Object.entries(value).find(([one]) => one === key)?.[1]
    : undefined;
}

export function hasFieldsWithin(known: KnownRecordTypes, { type }: PickField): boolean {
  return type.kind === 'array' || (fieldsOfType(known, type) ?? []).length > 0;
}

export interface FoundField {
  readonly field: PickField;
  /** Titles of what it is within. */
  readonly within: readonly string[];
}

const FOUND_MOST = 60;
/** Relations of relations lead round in circles. */
const DEEPEST = 4;

/** Fields whose titles or keys have all the words, nearest to the top first. */
export function findFields(
  known: KnownRecordTypes,
  roots: readonly PickField[],
  text: string,
): readonly FoundField[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found: FoundField[] = [];
  let level: readonly FoundField[] = roots.map((field) => ({ field, within: [] }));
  for (let depth = 0; depth <= DEEPEST && found.length < FOUND_MOST; depth += 1) {
    for (const one of level) {
      const own = `${one.field.title} ${one.field.note}`.toLowerCase();
      const all = [...one.within, own].join(' ').toLowerCase();
      // One word at least is of the field itself, else everything within what matches would be found.
      if (words.every((word) => all.includes(word)) && words.some((word) => own.includes(word)))
        found.push(one);
    }
    level = level.flatMap(({ field, within }) =>
      fieldsWithin(known, field).map((inner) => ({ field: inner, within: [...within, field.title] })),
    );
    if (level.length > 3_000) break;
  }
  return found.slice(0, FOUND_MOST);
}

/** A value beside its field; what has fields of its own is told by them. */
export function fieldValue(value: unknown): string {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? '' : shortValue(value);
}

/** A value as a short text. */
export function shortValue(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
