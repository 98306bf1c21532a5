import type { SQLInputValue } from 'node:sqlite';
import type { FieldFilter } from '../../ports/search.ts';
import { exactOf, exactSql, keyOf, keySql, labelOf } from './stored.ts';
import { fold } from './text.ts';

export interface Condition {
  readonly text: string;
  readonly values: readonly SQLInputValue[];
}

/** A filter as SQL on `doc`. Attribute names come in as labels only, values as parameters only. */
export function conditionOf({ attribute, operator, value }: FieldFilter): Condition {
  const label = labelOf(attribute);
  const key = keySql(label);
  if (operator === 'is_null') return { text: `${key} is null`, values: [] };
  if (operator === 'is_not_null') return { text: `${key} is not null`, values: [] };
  if (value === undefined) return { text: 'false', values: [] };

  const wanted = sqlValue(keyOf(value));
  const ofItsType =
    typeof wanted === 'string' ? `typeof(${key}) = 'text'` : `typeof(${key}) in ('integer', 'real')`;
  if (operator === 'is') {
    return typeof value === 'string'
      ? { text: `${key} = ? and ${exactSql(label)} = ?`, values: [wanted, exactOf(value)] }
      : { text: `${key} = ?`, values: [wanted] };
  }
  if (operator === 'is_not') {
    return typeof value === 'string'
      ? { text: `${exactSql(label)} is not ?`, values: [exactOf(value)] }
      : { text: `${key} is not ?`, values: [wanted] };
  }
  if (operator === 'contains') return { text: `instr(${key}, ?) > 0`, values: [fold(String(value))] };
  if (operator === 'starts_with') {
    const start = fold(String(value));
    // A range, so that an index serves it. No text has U+10FFFF, which is not a character.
    return typeof value === 'string'
      ? { text: `${key} >= ? and ${key} < ?`, values: [start, `${start}\u{10FFFF}`] }
      : { text: `cast(${key} as text) like ? || '%'`, values: [start] };
  }
  return { text: `${key} ${COMPARISONS[operator]} ? and ${ofItsType}`, values: [wanted] };
}

const COMPARISONS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

const sqlValue = (key: string | number | boolean | null): string | number =>
  typeof key === 'boolean' ? Number(key) : (key ?? '');
