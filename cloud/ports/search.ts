/**
 * A search index: a copy of primary data that can be rebuilt at any time. Writes are idempotent by (recordSet, id):
 * a document with an older `version` never replaces a newer one. Every adapter runs
 * `cloud/conformance/search.suite.ts`. See GUARANTEES.md.
 */
export interface Search {
  /** Durable when it resolves. */
  write(documents: readonly SearchDocument[]): Promise<void>;
  /** Durable when it resolves. */
  remove(keys: readonly SearchRemoval[]): Promise<void>;
  /** @throws MiddleError request_invalid for a wrong cursor, search_timeout when it took too long. */
  query(query: SearchQuery): Promise<SearchPage>;
  /** (id, version) pairs of one record set in the order of the ids' UTF-8 bytes, for the self-check. */
  scan(
    recordSet: number,
    after: string | null,
    limit: number,
  ): Promise<readonly { id: string; version: number }[]>;
  count(recordSet: number): Promise<number>;
  /** The record sets that a rebuild has filled and whose documents were not lost since. Others need a rebuild. */
  complete(): Promise<readonly number[]>;
  /** Builds a record set anew beside the one in use. Meanwhile `write` and `remove` go into both. */
  rebuild(recordSet: number): Promise<SearchRebuild>;
  dropRecordSet(recordSet: number): Promise<void>;
  close(): Promise<void>;
}

export interface SearchRebuild {
  write(documents: readonly SearchDocument[]): Promise<void>;
  /** Puts the new one in the place of the old one, at once for every reader. */
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

export interface SearchDocument {
  readonly recordSet: number;
  readonly id: string;
  readonly version: number;
  readonly updatedAt: Date;
  /** The JSON text of an object: it goes through processes and threads as it is, parsed once by the index. */
  readonly data: string;
}

export interface SearchRemoval {
  readonly recordSet: number;
  readonly id: string;
  /** Null: the primary data no longer knows the record, so no later write can be older than this removal. */
  readonly version: number | null;
}

export const FILTER_OPERATORS = [
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
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/**
 * `is` and `is_not` compare text exactly; the others, and sorting, ignore case and accents. Comparing needs a value of
 * the attribute's type: a number never compares with a text. `is_not` is also true of null. Text is compared by its
 * first 1,000 characters.
 */
export interface FieldFilter {
  readonly attribute: string;
  readonly operator: FilterOperator;
  readonly value?: string | number | boolean | undefined;
}

export interface SearchQuery {
  /** One record set, or several (across an account). Filters and sort need exactly one. */
  readonly recordSets: readonly number[];
  /** Words, all of which must occur; the last one also matches as a prefix; "quoted words" as a phrase. Empty: everything. */
  readonly text: string;
  readonly filters: readonly FieldFilter[];
  /** Null values come last in both directions. Absent: with text the best first, else the last written first. */
  readonly sort: { readonly attribute: string; readonly direction: 'asc' | 'desc' } | null;
  readonly limit: number;
  readonly after: string | null;
}

export interface SearchPage {
  readonly hits: readonly { readonly recordSet: number; readonly id: string }[];
  readonly next: string | null;
  /** Counted up to a cap; `exact` is false when the cap was reached. */
  readonly total: { readonly count: number; readonly exact: boolean };
}

export const SEARCH_LIMITS = {
  /** Counting goes no further. */
  countCap: 10_000,
  /** A query that takes longer ends with search_timeout. */
  queryMilliseconds: 2_000,
  pageMax: 500,
  /** Words of a query beyond these are ignored. */
  words: 16,
  recordSets: 500,
} as const;
