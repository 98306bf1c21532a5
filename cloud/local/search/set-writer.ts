import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { indexNameOf, indexSql, storedOf } from './stored.ts';
import { indexedText } from './text.ts';

/** A document as it comes over from the main thread. */
export interface WireDocument {
  readonly id: string;
  readonly version: number;
  readonly updatedAt: number;
  /** JSON text: a text is handed from thread to thread in a fraction of the time of an object. */
  readonly data: string;
}

export interface WireRemoval {
  readonly id: string;
  readonly version: number | null;
}

/**
 * `doc` has what queries filter, sort and rank by, `fts` the words (without the text: it stays in Postgres), `gone` the
 * versions of removed documents, so that an older write does not bring one back.
 *
 * Chosen by measuring: see DIFFERENCES.md for the rates. A larger hash of pending words and rarer merges than FTS5's
 * defaults made replacing 60% faster. A prefix index would halve the
 * rate of writing to save 20 ms on one-letter prefixes.
 */
const SCHEMA = `
  create table if not exists doc (
    rowid integer primary key, -- grows with each write: the last written first is a walk backwards
    id text not null unique,
    version integer not null,
    updated_at integer not null, -- Unix milliseconds
    data text not null
  );
  create table if not exists gone (id text primary key, version integer not null) without rowid;
  create table if not exists meta (live integer not null, last_rowid integer not null);
  create virtual table if not exists fts using fts5(text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
  insert into fts (fts, rank) values ('hashsize', 16777216), ('automerge', 16);
  insert into meta select 0, 0 where not exists (select 1 from meta);
`;
/** Documents per transaction: larger ones write faster, smaller ones keep the write-ahead log small. */
const TRANSACTION_DOCUMENTS = 4_000;
/** More than this many indexes would make writing slow. */
const INDEXES_MAX = 12;

/** The one writer of one record set's file. Readers in other processes go on meanwhile (write-ahead log). */
export class SetWriter {
  readonly file: string;
  readonly #db: DatabaseSync;
  readonly #statements: Readonly<
    Record<
      'find' | 'gone' | 'forgetDoc' | 'forgetWords' | 'addDoc' | 'addWords' | 'bury' | 'unbury' | 'save',
      StatementSync
    >
  >;

  constructor(file: string) {
    this.file = file;
    this.#db = new DatabaseSync(file);
    this.#db.exec(`
      pragma page_size = 8192;
      pragma journal_mode = wal;
      pragma synchronous = full; -- a write is durable when it resolves
      pragma busy_timeout = 5000;
      pragma cache_size = -16000;
      pragma wal_autocheckpoint = 4000;
      pragma journal_size_limit = 67108864;
    `);
    this.#db.exec(SCHEMA);
    const prepare = (text: string) => this.#db.prepare(text);
    this.#statements = {
      find: prepare('select rowid, version from doc where id = ?'),
      gone: prepare('select version from gone where id = ?'),
      forgetDoc: prepare('delete from doc where rowid = ?'),
      forgetWords: prepare('delete from fts where rowid = ?'),
      addDoc: prepare('insert into doc (rowid, id, version, updated_at, data) values (?, ?, ?, ?, ?)'),
      addWords: prepare('insert into fts (rowid, text) values (?, ?)'),
      bury: prepare('insert or replace into gone (id, version) values (?, ?)'),
      unbury: prepare('delete from gone where id = ?'),
      save: prepare('update meta set live = live + ?, last_rowid = ?'),
    };
  }

  write(documents: readonly WireDocument[]): void {
    for (let start = 0; start < documents.length; start += TRANSACTION_DOCUMENTS) {
      this.#transaction(() => this.#writeBatch(documents.slice(start, start + TRANSACTION_DOCUMENTS)));
    }
  }

  remove(removals: readonly WireRemoval[]): void {
    this.#transaction(() => {
      const rows: number[] = [];
      for (const { id, version } of removals) {
        const found = this.#versionOf('find', id);
        if (version === null) this.#statements.unbury.run(id);
        else if (found === null || found.version <= version) {
          const buried = this.#versionOf('gone', id);
          if (buried === null || buried.version < version) this.#statements.bury.run(id, version);
        }
        if (found !== null && (version === null || found.version <= version)) rows.push(found.rowid);
      }
      const forgotten = new Set(rows);
      this.#forget([...forgotten]);
      this.#statements.save.run(-forgotten.size, this.#lastRowid());
    });
  }

  scan(after: string | null, limit: number): { id: string; version: number }[] {
    const rows = this.#db
      .prepare('select id, version from doc where id > ? order by id limit ?')
      .all(after ?? '', limit);
    return rows.map((row) => ({ id: String(row['id']), version: Number(row['version']) }));
  }

  get indexes(): readonly string[] {
    const rows = this.#db
      .prepare(`select name from sqlite_schema where type = 'index' and name like 'by\\_%' escape '\\'`)
      .all();
    return rows.map((row) => String(row['name']).slice('by_'.length));
  }

  /** Makes filtering and sorting by an attribute fast. */
  addIndex(label: string): void {
    const present = this.indexes;
    const [oldest] = present;
    if (present.includes(label)) return;
    if (present.length >= INDEXES_MAX && oldest !== undefined)
      this.#db.exec(`drop index ${indexNameOf(oldest)}`);
    this.#db.exec(indexSql(label));
  }

  close(): void {
    this.#db.close();
  }

  #writeBatch(documents: readonly WireDocument[]): void {
    const newest = new Map<string, WireDocument>();
    for (const document of documents) {
      const other = newest.get(document.id);
      if (other === undefined || other.version <= document.version) newest.set(document.id, document);
    }
    const replaced: number[] = [];
    const accepted: WireDocument[] = [];
    for (const document of newest.values()) {
      const found = this.#versionOf('find', document.id);
      const gone = found === null ? this.#versionOf('gone', document.id) : null;
      if (found !== null && found.version >= document.version) continue;
      if (gone !== null && gone.version > document.version) continue;
      if (found !== null) replaced.push(found.rowid);
      if (gone !== null) this.#statements.unbury.run(document.id);
      accepted.push(document);
    }
    this.#forget(replaced);
    // Rising row numbers only: FTS5 writes out its pending words whenever one is not above the last.
    let rowid = this.#lastRowid();
    for (const { id, version, updatedAt, data } of accepted) {
      rowid += 1;
      const values = valuesOf(data);
      this.#statements.addDoc.run(rowid, id, version, updatedAt, JSON.stringify(storedOf(values)));
      this.#statements.addWords.run(rowid, indexedText(id, values));
    }
    this.#statements.save.run(accepted.length - replaced.length, rowid);
  }

  #forget(rows: number[]): void {
    for (const rowid of rows.sort((a, b) => a - b)) {
      this.#statements.forgetDoc.run(rowid);
      this.#statements.forgetWords.run(rowid);
    }
  }

  #versionOf(statement: 'find' | 'gone', id: string): { rowid: number; version: number } | null {
    const row = this.#statements[statement].get(id);
    return row === undefined ? null : { rowid: Number(row['rowid'] ?? 0), version: Number(row['version']) };
  }

  #lastRowid(): number {
    return Number(this.#db.prepare('select last_rowid from meta').get()?.['last_rowid'] ?? 0);
  }

  #transaction(work: () => void): void {
    this.#db.exec('begin immediate');
    try {
      work();
      this.#db.exec('commit');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback');
      throw error;
    }
  }
}

function valuesOf(data: string): Readonly<Record<string, unknown>> {
  const values: unknown = JSON.parse(data);
  return isObject(values) ? values : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
