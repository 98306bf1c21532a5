/**
 * A search index: a copy of primary data that can be rebuilt at any time. Writes are idempotent by (recordSet, id):
 * a document with an older `version` never replaces a newer one.
 */
export interface Search {
  write(documents: readonly SearchDocument[]): Promise<void>;
  remove(keys: readonly { readonly recordSet: number; readonly id: string; readonly version: number }[]): Promise<void>;
  query(query: SearchQuery): Promise<SearchPage>;
  /** (id, version) pairs of one record set in id order, for the self-check. */
  scan(recordSet: number, after: string | null, limit: number): Promise<readonly { id: string; version: number }[]>;
  count(recordSet: number): Promise<number>;
  dropRecordSet(recordSet: number): Promise<void>;
  close(): Promise<void>;
}

export interface SearchDocument {
  readonly recordSet: number;
  readonly id: string;
  readonly version: number;
  readonly updatedAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

export type FilterOperator = 'is' | 'is_not' | 'contains' | 'starts_with' | 'lt' | 'lte' | 'gt' | 'gte' | 'is_null' | 'is_not_null';

export interface FieldFilter {
  readonly attribute: string;
  readonly operator: FilterOperator;
  readonly value?: string | number | boolean | undefined;
}

export interface SearchQuery {
  /** One record set, or several (across an account). Filters and sort need exactly one. */
  readonly recordSets: readonly number[];
  /** Words; the last one also matches as a prefix. Empty: everything. */
  readonly text: string;
  readonly filters: readonly FieldFilter[];
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
