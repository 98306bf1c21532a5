import type { ExpressionType, ObjectField } from './type.ts';

/** How types fit together. Null flows through: what may be null says so by `nullable`. */

export const ANY: ExpressionType = { kind: 'any' };
export const TEXT: ExpressionType = { kind: 'text' };
export const NUMBER: ExpressionType = { kind: 'number' };
export const BOOLEAN: ExpressionType = { kind: 'boolean' };
export const DATE: ExpressionType = { kind: 'date' };
export const DATETIME: ExpressionType = { kind: 'datetime' };
export const arrayOf = (of: ExpressionType): ExpressionType => ({ kind: 'array', of });
export const objectOf = (fields: readonly ObjectField[]): ExpressionType => ({ kind: 'object', fields });

export function nullable(type: ExpressionType, isNullable = true): ExpressionType {
  return isNullable && type.nullable !== true ? { ...type, nullable: true } : type;
}

export function present(type: ExpressionType): ExpressionType {
  if (type.nullable !== true) return type;
  const { nullable: _nullable, ...rest } = type;
  return rest;
}

/** Whether a value of one type can stand where another is wanted. Null is looked at by nobody: it flows through. */
export function fits(given: ExpressionType, wanted: ExpressionType): boolean {
  if (given.kind === 'any' || wanted.kind === 'any') return true;
  // Dates are ISO texts: they may be used as texts, a text is no date before it is read as one.
  if (wanted.kind === 'text')
    return given.kind === 'text' || given.kind === 'date' || given.kind === 'datetime';
  if (wanted.kind === 'datetime') return given.kind === 'datetime' || given.kind === 'date';
  if (given.kind === 'array' && wanted.kind === 'array') return fits(given.of, wanted.of);
  if (wanted.kind === 'object' && given.kind === 'record') return wanted.fields.length === 0;
  if (given.kind === 'object' && wanted.kind === 'object') {
    return wanted.fields.every(({ key, type }) => {
      const field = given.fields.find((one) => one.key === key);
      return field === undefined ? type.nullable === true : fits(field.type, type);
    });
  }
  if (given.kind === 'record' && wanted.kind === 'record') {
    return given.recordType === wanted.recordType && given.connection === wanted.connection;
  }
  return given.kind === wanted.kind;
}

/** Types of more parts than this are not followed: objects within objects double with each step of a chain. */
const PARTS_MAX = 2_000;

/** The type, or any value in place of one that is too large to work with. */
export function manageable(type: ExpressionType): ExpressionType {
  return partsOf(type, PARTS_MAX) > PARTS_MAX ? nullable(ANY, type.nullable === true) : type;
}

function partsOf(type: ExpressionType, most: number): number {
  if (type.kind === 'array') return 1 + partsOf(type.of, most);
  if (type.kind !== 'object') return 1;
  let parts = 1;
  for (const field of type.fields) {
    if (parts > most) break;
    parts += partsOf(field.type, most - parts);
  }
  return parts;
}

/** The type that holds values of both: of a list's items, of the two sides of an if. */
export function union(a: ExpressionType, b: ExpressionType): ExpressionType {
  const isNullable = a.nullable === true || b.nullable === true;
  return nullable(unionPresent(present(a), present(b)), isNullable);
}

function unionPresent(a: ExpressionType, b: ExpressionType): ExpressionType {
  if (a.kind === 'any' || b.kind === 'any') return ANY;
  if (a.kind === 'array' && b.kind === 'array') return arrayOf(union(a.of, b.of));
  if (a.kind === 'object' && b.kind === 'object') return objectOf(mergedFields(a.fields, b.fields));
  if (fits(a, b)) return b;
  return fits(b, a) ? a : ANY;
}

function mergedFields(a: readonly ObjectField[], b: readonly ObjectField[]): readonly ObjectField[] {
  const both = a.map((field) => {
    const other = b.find(({ key }) => key === field.key);
    return { ...field, type: other === undefined ? nullable(field.type) : union(field.type, other.type) };
  });
  const rest = b.filter(({ key }) => !a.some((field) => field.key === key));
  return [...both, ...rest.map((field) => ({ ...field, type: nullable(field.type) }))];
}

/** A type as people read it. */
export function wordsOf(type: ExpressionType): string {
  switch (type.kind) {
    case 'any':
      return 'any value';
    case 'text':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'date':
      return 'a date';
    case 'datetime':
      return 'a date and time';
    case 'array':
      return type.of.kind === 'any' ? 'a list' : `a list of ${PLURALS[type.of.kind]}`;
    case 'object':
      return 'an object';
    case 'record':
      return `a ${type.recordType} record`;
  }
}

const PLURALS: Readonly<Record<ExpressionType['kind'], string>> = {
  any: 'values',
  text: 'texts',
  number: 'numbers',
  boolean: 'true or false',
  date: 'dates',
  datetime: 'dates and times',
  array: 'lists',
  object: 'objects',
  record: 'records',
};
