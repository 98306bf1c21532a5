import type { Search, SearchDocument, SearchRebuild } from '@middle/cloud/ports/search.ts';
import type { Database } from '@middle/store/database.ts';
import { pageIndexable, readIndexable } from '@middle/store/search-source.ts';
import type { IndexableRecord } from '@middle/store/search-source.ts';

/** Records read and written at once: some megabytes at most, and some 100 ms. */
export const PAGE_RECORDS = 2_000;

/**
 * Brings record sets from the primary data into the index. Each step reads records and then writes them; steps run
 * one after the other, so that what was read earlier is never written later, whoever asked for the step.
 */
export class Feed {
  readonly #database: Database;
  readonly #search: Search;
  #last: Promise<unknown> = Promise.resolve();
  #lastRebuild: Promise<unknown> = Promise.resolve();

  constructor(database: Database, search: Search) {
    this.#database = database;
    this.#search = search;
  }

  async step<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => {});
    return mine;
  }

  /** Makes the index agree with the records of these ids as they are now. */
  async refresh(recordSet: number, ids: readonly string[]): Promise<void> {
    for (let start = 0; start < ids.length; start += PAGE_RECORDS) {
      const wanted = ids.slice(start, start + PAGE_RECORDS);
      const records = await readIndexable(this.#database, recordSet, wanted);
      const known = new Set(records.map(({ id }) => id));
      await this.#search.write(
        records.filter(({ deleted }) => !deleted).map((record) => documentOf(recordSet, record)),
      );
      await this.#search.remove([
        ...records.filter(({ deleted }) => deleted).map(({ id, version }) => ({ recordSet, id, version })),
        ...wanted.filter((id) => !known.has(id)).map((id) => ({ recordSet, id, version: null })),
      ]);
    }
  }

  /** Takes these out of the index and puts in what the primary data has, also when the index has a higher version. */
  async replace(recordSet: number, ids: readonly string[]): Promise<void> {
    await this.#search.remove(ids.map((id) => ({ recordSet, id, version: null })));
    await this.refresh(recordSet, ids);
  }

  /**
   * Builds a record set anew beside the one in use, page by page, and then puts it in its place. One at a time: a
   * second rebuild of the same set would overtake the first, which a person may be waiting for.
   */
  async rebuild(
    recordSet: number,
    told: { readonly signal: AbortSignal; progress(records: number): void },
  ): Promise<number> {
    const mine = this.#lastRebuild.then(() => this.#rebuild(recordSet, told));
    this.#lastRebuild = mine.catch(() => {});
    return mine;
  }

  async #rebuild(
    recordSet: number,
    told: { readonly signal: AbortSignal; progress(records: number): void },
  ): Promise<number> {
    const rebuild: SearchRebuild = await this.step(() => this.#search.rebuild(recordSet));
    try {
      let after = '';
      let records = 0;
      for (;;) {
        told.signal.throwIfAborted();
        const from = after;
        const page = await this.step(async () => {
          const found = await pageIndexable(this.#database, recordSet, from, PAGE_RECORDS);
          await rebuild.write(found.map((record) => documentOf(recordSet, record)));
          return found;
        });
        records += page.length;
        told.progress(records);
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE_RECORDS) break;
        after = last.id;
      }
      await this.step(() => rebuild.finish());
      return records;
    } catch (error) {
      await rebuild.abandon();
      throw error;
    }
  }
}

const documentOf = (
  recordSet: number,
  { id, version, updatedAt, data }: IndexableRecord,
): SearchDocument => ({
  recordSet,
  id,
  version,
  updatedAt,
  data,
});
