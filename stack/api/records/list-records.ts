import { z } from 'zod';
import type { FieldFilter, FilterOperator, SearchQuery } from '@middle/cloud/ports/search.ts';
import { FILTER_OPERATORS } from '@middle/cloud/ports/search.ts';
import { listRecords as endpoint } from '@middle/contract/records/list-records.ts';
import { count } from '@middle/contract/shared.ts';
import type { Attribute } from '@middle/core/attribute.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { countRecords, getRecords, pageRecords } from '@middle/store/record-reads.ts';
import type { RecordSet } from '@middle/store/record-sets.ts';
import { handler } from '../call.ts';
import { decodeCursor, encodeCursor, pageOf } from '../http/cursor.ts';
import { existingRecordSet } from './record-set.ts';

/** With the total, which is counted once for all pages. */
const primaryPosition = z.strictObject({ id: z.string(), total: count });
const searchPosition = z.strictObject({ search: z.string().max(4000) });

export const listRecords = handler(endpoint, async ({ deps, params, query }) => {
  const set = await existingRecordSet(deps.database, params);
  const text = query.text?.trim() ?? '';
  const filters = (query.filter ?? []).map((filter, index) => parseFilter(set, filter, index));
  const sort = parseSort(set, query.sort);
  if (text === '' && filters.length === 0 && sort === null) {
    const from = query.after === undefined ? undefined : decodeCursor(primaryPosition, query.after);
    const page = { recordSet: set.id, deleted: query.deleted, limit: query.limit + 1, after: from?.id };
    const rows = await pageRecords(deps.database, page);
    const total = from?.total ?? (await countRecords(deps.database, set.id, query.deleted));
    return { ...pageOf(rows, query.limit, ({ id }) => ({ id, total })), total };
  }
  if (query.deleted !== 'exclude') {
    throw new MiddleError('request_invalid', 'deleted records can be listed, but not searched', {
      hint: 'Leave out text, filter and sort.',
    });
  }
  const after = query.after === undefined ? null : decodeCursor(searchPosition, query.after).search;
  const found = await deps.search.query({
    recordSets: [set.id],
    text,
    filters,
    sort,
    limit: query.limit,
    after,
  });
  const ids = found.hits.map(({ id }) => id);
  return {
    items: await getRecords(deps.database, set.id, ids),
    next: found.next === null ? null : encodeCursor({ search: found.next }),
    total: found.total,
  };
});

function attributeOf(set: RecordSet, key: string, path: string): Attribute {
  const attribute = set.recordType.attributes.find((one) => one.key === key);
  if (attribute !== undefined && attribute.type !== 'array') return attribute;
  const known = set.recordType.attributes.filter(({ type }) => type !== 'array').map((one) => one.key);
  throw new MiddleError(
    'request_invalid',
    `${set.recordType.key} has no attribute ${key} to filter or sort by`,
    {
      hint: `It has: ${known.join(', ')}.`,
      data: { errors: [{ path, message: `${key} is not known` }] },
    },
  );
}

/** The pattern of the contract has made sure of the three parts. */
function parseFilter(set: RecordSet, filter: string, index: number): FieldFilter {
  const path = `query.filter.${String(index)}`;
  const [key = '', operatorText = ''] = filter.split(':', 2);
  const attribute = attributeOf(set, key, path);
  const operator = FILTER_OPERATORS.find((one) => one === operatorText);
  if (operator === undefined) throw wrongValue(path, operatorText, 'an operator');
  if (operator === 'is_null' || operator === 'is_not_null') return { attribute: key, operator };
  const value = filter.slice(key.length + operatorText.length + 2);
  return { attribute: key, operator, value: typed(attribute, operator, value, path) };
}

function typed(
  attribute: Attribute,
  operator: FilterOperator,
  value: string,
  path: string,
): string | number | boolean {
  if (operator === 'contains' || operator === 'starts_with') return value;
  if (attribute.type === 'number') {
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number)) throw wrongValue(path, value, 'a number');
    return number;
  }
  if (attribute.type === 'boolean') {
    if (value !== 'true' && value !== 'false') throw wrongValue(path, value, 'true or false');
    return value === 'true';
  }
  return value;
}

function wrongValue(path: string, value: string, wanted: string): MiddleError {
  return new MiddleError('request_invalid', `${value} is not ${wanted}`, {
    data: { errors: [{ path, message: `is not ${wanted}` }] },
  });
}

function parseSort(set: RecordSet, sort: string | undefined): SearchQuery['sort'] {
  if (sort === undefined) return null;
  const [key = '', direction] = sort.split(':', 2);
  attributeOf(set, key, 'query.sort');
  return { attribute: key, direction: direction === 'desc' ? 'desc' : 'asc' };
}
