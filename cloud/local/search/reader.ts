import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import { MiddleError } from '@middle/core/errors.ts';
import { SEARCH_LIMITS } from '../../ports/search.ts';
import { setFile, wantedFolder, watchCatalog } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import { indexNameOf } from './stored.ts';

/** Open files at once, in the order of use. */
const OPEN_MAX = 32;
/** Smaller sets are walked through faster than an index on demand is worth. */
const INDEX_FROM_DOCUMENTS = 20_000;

export type Row = Readonly<Record<string, unknown>>;

/** One record set's file as a reader sees it. */
export interface OpenSet {
  readonly recordSet: number;
  readonly generation: number;
  readonly live: number;
  all(text: string, values: readonly SQLInputValue[]): readonly Row[];
  close(): void;
}

/** Thrown inside a statement when its time is over. */
class Late extends Error {}

/** The reading half of the index, run in threads of any process. */
export class IndexReader {
  readonly #folder: string;
  readonly #catalog: () => Catalog;
  readonly #open = new Map<number, OpenSet>();
  #deadline = Infinity;

  constructor(folder: string) {
    this.#folder = folder;
    this.#catalog = watchCatalog(folder);
  }

  /** Runs `work`, whose statements end when the time is over; then `late` says what to answer instead. */
  within<T>(milliseconds: number, work: () => T, late: () => T): T {
    const before = this.#deadline;
    this.#deadline = Math.min(before, performance.now() + milliseconds);
    try {
      return work();
    } catch (error) {
      // SQLite passes on the error of our own function as it is.
      if (!(error instanceof Late) || performance.now() >= before) throw error;
      return late();
    } finally {
      this.#deadline = before;
    }
  }

  query<T>(work: () => T): T {
    const patient = (): T => this.#onFilesInUse(work);
    return this.within(SEARCH_LIMITS.queryMilliseconds, patient, () => {
      throw new MiddleError(
        'search_timeout',
        `the search took longer than ${SEARCH_LIMITS.queryMilliseconds} ms`,
        {
          hint: 'Use more words or other filters, or try again in a moment: an index for this attribute may be on its way.',
        },
      );
    });
  }

  /**
   * A rebuild may remove a file after the look at the catalog: before it is opened, while it is, or before its first
   * statement. SQLite then has one of several errors; whatever it was, with another catalog there is another file.
   */
  #onFilesInUse<T>(work: () => T): T {
    for (;;) {
      const catalog = this.#catalog();
      try {
        return work();
      } catch (error) {
        if (error instanceof Late || error instanceof MiddleError || this.#catalog() === catalog) throw error;
      }
    }
  }

  /** The file of a record set as the catalog names it now; null when the index doesn't have the set. */
  set(recordSet: number): OpenSet | null {
    const live = this.#catalog().sets[recordSet];
    const open = this.#open.get(recordSet);
    if (open !== undefined) {
      this.#open.delete(recordSet);
      if (open.generation === live?.generation) {
        this.#open.set(recordSet, open);
        return open;
      }
      open.close();
    }
    if (live === undefined) return null;
    if (!fs.existsSync(setFile(this.#folder, recordSet, live.generation))) {
      // Lost, and the worker will fill the set again; or replaced just now.
      const lost = this.#catalog().sets[recordSet]?.generation === live.generation;
      return lost ? null : this.set(recordSet);
    }
    const [oldest] = this.#open.values();
    if (this.#open.size >= OPEN_MAX && oldest !== undefined) {
      this.#open.delete(oldest.recordSet);
      oldest.close();
    }
    const opened = this.#openSet(recordSet, live.generation);
    this.#open.set(recordSet, opened);
    return opened;
  }

  /** Asks the writer for an index on an attribute, when the set is large and has none. */
  want(set: OpenSet, label: string): void {
    if (set.live < INDEX_FROM_DOCUMENTS) return;
    const [present] = set.all('select 1 from sqlite_schema where name = ?', [indexNameOf(label)]);
    if (present !== undefined) return;
    fs.mkdirSync(wantedFolder(this.#folder), { recursive: true, mode: 0o700 });
    fs.writeFileSync(path.join(wantedFolder(this.#folder), `${set.recordSet}.${label}`), '', { mode: 0o600 });
  }

  close(): void {
    for (const set of this.#open.values()) set.close();
    this.#open.clear();
  }

  #openSet(recordSet: number, generation: number): OpenSet {
    const db = new DatabaseSync(setFile(this.#folder, recordSet, generation), { readOnly: true });
    try {
      db.exec('pragma busy_timeout = 1000; pragma cache_size = -1000; pragma mmap_size = 268435456');
    } catch (error) {
      db.close();
      throw error;
    }
    db.function('in_time', (): number => {
      if (performance.now() > this.#deadline) throw new Late();
      return 1;
    });
    return {
      recordSet,
      generation,
      get live() {
        return Number(db.prepare('select live from meta').get()?.['live'] ?? 0);
      },
      all: (text, values) => db.prepare(text).all(...values),
      close: () => db.close(),
    };
  }
}
