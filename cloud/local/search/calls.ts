import type { ErrorCode } from '@middle/core/error-codes.ts';
import type { SearchPage, SearchQuery } from '../../ports/search.ts';
import type { WireDocument, WireRemoval } from './set-writer.ts';

/** What the threads of the index can be asked for; a reading thread has the first two, the writing thread the rest. */
export interface Methods {
  query(query: SearchQuery): SearchPage;
  count(recordSet: number): number;
  write(recordSet: number, documents: readonly WireDocument[]): void;
  remove(recordSet: number, removals: readonly WireRemoval[]): void;
  scan(recordSet: number, after: string | null, limit: number): { id: string; version: number }[];
  beginRebuild(recordSet: number): number;
  writeRebuild(recordSet: number, generation: number, documents: readonly WireDocument[]): void;
  finishRebuild(recordSet: number, generation: number): boolean;
  abandonRebuild(recordSet: number, generation: number): void;
  drop(recordSet: number): void;
  addWantedIndexes(): void;
}

export interface Call {
  readonly method: keyof Methods;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly value: unknown }
  | {
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly hint: string | undefined;
      };
    };
