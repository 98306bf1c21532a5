import { useNavigate, useSearch } from '@tanstack/react-router';
import type { RecordSet } from '../../data/types.ts';
import type { Sort } from '../../ui/table.tsx';

export const OPERATORS = [
  'is',
  'is_not',
  'contains',
  'starts_with',
  'lt',
  'lte',
  'gt',
  'gte',
  'is_null',
  'is_not_null',
] as const;
export type Operator = (typeof OPERATORS)[number];
export type AttributeType = RecordSet['recordType']['attributes'][number]['type'];
export type Deleted = 'exclude' | 'include' | 'only';

export interface Filter {
  readonly attribute: string;
  readonly operator: Operator;
  readonly value: string;
}

export interface RecordSearch {
  readonly text: string;
  readonly filters: readonly Filter[];
  readonly sort: Sort | null;
  readonly deleted: Deleted;
}

const TEXT: readonly Operator[] = ['is', 'is_not', 'contains', 'starts_with', 'is_null', 'is_not_null'];
const ORDERED: readonly Operator[] = ['is', 'is_not', 'lt', 'lte', 'gt', 'gte', 'is_null', 'is_not_null'];

/** Which questions make sense for which type. */
export function operatorsOf(type: AttributeType): readonly Operator[] {
  if (type === 'number' || type === 'iso_date' || type === 'iso_datetime') return ORDERED;
  if (type === 'boolean') return ['is', 'is_null', 'is_not_null'];
  return TEXT;
}

export const OPERATOR_TEXTS: Readonly<Record<Operator, string>> = {
  is: 'is',
  is_not: 'is not',
  contains: 'contains',
  starts_with: 'starts with',
  lt: 'is less than',
  lte: 'is at most',
  gt: 'is more than',
  gte: 'is at least',
  is_null: 'is null',
  is_not_null: 'is not null',
};

export function needsValue(operator: Operator): boolean {
  return operator !== 'is_null' && operator !== 'is_not_null';
}

/** As the API and the address write it: `attribute:operator:value`. */
export function filterText({ attribute, operator, value }: Filter): string {
  return needsValue(operator) ? `${attribute}:${operator}:${value}` : `${attribute}:${operator}`;
}

function parseFilter(text: string): Filter[] {
  const [attribute = '', operator = '', ...value] = text.split(':');
  const known = OPERATORS.find((each) => each === operator);
  return known === undefined ? [] : [{ attribute, operator: known, value: value.join(':') }];
}

/** The whole state of the table is in the address, so that a link or a reload shows the same. */
export function useRecordSearch(): readonly [RecordSearch, (change: Partial<RecordSearch>) => void] {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const current = parse(search);
  const set = (change: Partial<RecordSearch>) => {
    const next = { ...current, ...change };
    void navigate({
      to: '.',
      replace: true,
      search: {
        ...(next.text !== '' && { text: next.text }),
        ...(next.filters.length > 0 && { filter: next.filters.map((filter) => filterText(filter)) }),
        ...(next.sort !== null && { sort: `${next.sort.key}:${next.sort.direction}` }),
        ...(next.deleted !== 'exclude' && { deleted: next.deleted }),
      },
    });
  };
  return [current, set];
}

function parse(search: Readonly<Record<string, unknown>>): RecordSearch {
  const { text, filter, sort, deleted } = search;
  const filters = Array.isArray(filter) ? filter : [filter];
  const [key = '', direction = ''] = typeof sort === 'string' ? sort.split(':') : [];
  return {
    text: typeof text === 'string' || typeof text === 'number' ? String(text) : '',
    filters: filters.flatMap((each) => (typeof each === 'string' ? parseFilter(each) : [])),
    sort: direction === 'asc' || direction === 'desc' ? { key, direction } : null,
    deleted: deleted === 'include' || deleted === 'only' ? deleted : 'exclude',
  };
}
