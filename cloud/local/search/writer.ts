import fs from 'node:fs';
import path from 'node:path';
import { readCatalog, removeSetFiles, setFile, wantedFolder, writeCatalog } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import { SetWriter } from './set-writer.ts';
import type { WireDocument, WireRemoval } from './set-writer.ts';

/** Open files at once; each holds a few descriptors and some cache. */
const OPEN_MAX = 32;
/** SQLite's codes for a file that is damaged or no database (sqlite.org/rescode.html). */
const DAMAGED = new Set([11, 26]);

/** The writing half of the index, run in a thread of the worker process. One per folder. */
export class IndexWriter {
  readonly #folder: string;
  readonly #open = new Map<string, SetWriter>();
  /** Files being built beside those in use: record set to generation. */
  readonly #building = new Map<number, number>();
  #catalog: Catalog;

  constructor(folder: string) {
    this.#folder = folder;
    fs.mkdirSync(wantedFolder(folder), { recursive: true, mode: 0o700 });
    this.#catalog = readCatalog(folder);
    this.#removeStrayFiles();
    this.#publish({});
  }

  write(recordSet: number, documents: readonly WireDocument[]): void {
    this.#begin(recordSet);
    this.#each(recordSet, (writer) => writer.write(documents));
  }

  remove(recordSet: number, removals: readonly WireRemoval[]): void {
    // A version must be kept, so that an older write brings nothing back. Otherwise a set that is not there stays so:
    // changes of a removed record set may come after its files have gone.
    if (removals.some(({ version }) => version !== null)) this.#begin(recordSet);
    this.#each(recordSet, (writer) => writer.remove(removals));
  }

  scan(recordSet: number, after: string | null, limit: number): { id: string; version: number }[] {
    const live = this.#catalog.sets[recordSet];
    if (live === undefined) return [];
    return this.#guard(recordSet, () => this.#writer(recordSet, live.generation).scan(after, limit)) ?? [];
  }

  beginRebuild(recordSet: number): number {
    this.abandonRebuild(recordSet);
    const generation = this.#nextGeneration();
    this.#building.set(recordSet, generation);
    this.#writer(recordSet, generation);
    return generation;
  }

  writeRebuild(recordSet: number, generation: number, documents: readonly WireDocument[]): void {
    // Another rebuild has taken over: what this one still writes changes nothing.
    if (this.#building.get(recordSet) === generation) this.#writer(recordSet, generation).write(documents);
  }

  finishRebuild(recordSet: number, generation: number): boolean {
    if (this.#building.get(recordSet) !== generation) return false;
    const old = this.#catalog.sets[recordSet];
    if (old !== undefined) {
      const indexes = this.#guard(recordSet, () => this.#writer(recordSet, old.generation).indexes) ?? [];
      for (const label of indexes) this.#writer(recordSet, generation).addIndex(label);
    }
    this.#building.delete(recordSet);
    this.#publish({ [recordSet]: { generation, complete: true } });
    if (old !== undefined) this.#discard(recordSet, old.generation);
    return true;
  }

  abandonRebuild(recordSet: number, only?: number): void {
    const generation = this.#building.get(recordSet);
    if (generation === undefined || (only !== undefined && only !== generation)) return;
    this.#building.delete(recordSet);
    this.#discard(recordSet, generation);
  }

  drop(recordSet: number): void {
    this.abandonRebuild(recordSet);
    const old = this.#catalog.sets[recordSet];
    if (old === undefined) return;
    this.#publish({ [recordSet]: null });
    this.#discard(recordSet, old.generation);
  }

  /** Readers can't write, so they leave a file for each attribute whose queries walked through a large record set. */
  addWantedIndexes(): void {
    for (const name of fs.readdirSync(wantedFolder(this.#folder))) {
      const [recordSet = '', label = ''] = name.split('.');
      const live = this.#catalog.sets[recordSet];
      if (live !== undefined && /^[a-z][a-z0-9_]*$/.test(label)) {
        this.#guard(Number(recordSet), () =>
          this.#writer(Number(recordSet), live.generation).addIndex(label),
        );
      }
      fs.rmSync(path.join(wantedFolder(this.#folder), name), { force: true });
    }
  }

  close(): void {
    for (const writer of this.#open.values()) writer.close();
    this.#open.clear();
  }

  /** Written before any rebuild: searchable at once, but not known to be all there is. */
  #begin(recordSet: number): void {
    if (this.#catalog.sets[recordSet] !== undefined) return;
    const generation = this.#nextGeneration();
    // The file comes first, so that no reader is led to one that isn't there.
    this.#writer(recordSet, generation);
    this.#publish({ [recordSet]: { generation, complete: false } });
  }

  #each(recordSet: number, work: (writer: SetWriter) => void): void {
    const live = this.#catalog.sets[recordSet];
    if (live !== undefined) this.#guard(recordSet, () => work(this.#writer(recordSet, live.generation)));
    const building = this.#building.get(recordSet);
    if (building !== undefined) work(this.#writer(recordSet, building));
  }

  /** A damaged file is thrown away: the set is then incomplete, and the worker fills it again from the primary data. */
  #guard<T>(recordSet: number, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
      const live = this.#catalog.sets[recordSet];
      if (!DAMAGED.has(code) || live === undefined) throw error;
      this.#publish({ [recordSet]: null });
      this.#discard(recordSet, live.generation);
      return undefined;
    }
  }

  #writer(recordSet: number, generation: number): SetWriter {
    const file = setFile(this.#folder, recordSet, generation);
    const open = this.#open.get(file);
    if (open !== undefined) {
      // The last used goes to the end, so that the first is the one to close.
      this.#open.delete(file);
      this.#open.set(file, open);
      return open;
    }
    const [first] = this.#open.values();
    if (this.#open.size >= OPEN_MAX && first !== undefined) this.#closeFile(first.file);
    const writer = new SetWriter(file);
    this.#open.set(file, writer);
    return writer;
  }

  #closeFile(file: string): void {
    const writer = this.#open.get(file);
    this.#open.delete(file);
    try {
      writer?.close();
    } catch {
      // A damaged file may not close well; it is about to be removed.
    }
  }

  #discard(recordSet: number, generation: number): void {
    const file = setFile(this.#folder, recordSet, generation);
    this.#closeFile(file);
    removeSetFiles(file);
  }

  #nextGeneration(): number {
    this.#catalog = { ...this.#catalog, lastGeneration: this.#catalog.lastGeneration + 1 };
    return this.#catalog.lastGeneration;
  }

  #publish(changes: Readonly<Record<number, { generation: number; complete: boolean } | null>>): void {
    const sets = { ...this.#catalog.sets };
    for (const [recordSet, change] of Object.entries(changes)) {
      if (change === null) delete sets[recordSet];
      else sets[recordSet] = change;
    }
    this.#catalog = { ...this.#catalog, sets };
    writeCatalog(this.#folder, this.#catalog);
  }

  /** What a killed process left half built; and a set whose file is missing is not complete. */
  #removeStrayFiles(): void {
    const live = new Set<string>();
    const sets = { ...this.#catalog.sets };
    let lastGeneration = this.#catalog.lastGeneration;
    for (const [recordSet, { generation }] of Object.entries(sets)) {
      const file = setFile(this.#folder, Number(recordSet), generation);
      if (fs.existsSync(file)) live.add(path.basename(file));
      else delete sets[recordSet];
    }
    for (const name of fs.readdirSync(this.#folder)) {
      const [file, generation] = /^\d+\.(\d+)\.sqlite/.exec(name) ?? [];
      if (file === undefined) continue;
      lastGeneration = Math.max(lastGeneration, Number(generation));
      if (!live.has(file)) fs.rmSync(path.join(this.#folder, name), { force: true });
    }
    this.#catalog = { sets, lastGeneration };
  }
}
