import fs from 'node:fs';
import path from 'node:path';

/**
 * Which file of each record set is in use: `live.json`, replaced as a whole, so that a rebuild becomes visible to all
 * readers at one moment. A set's file is `SET.GENERATION.sqlite`; a generation is never used twice.
 */
export interface Catalog {
  readonly sets: Readonly<Record<string, { readonly generation: number; readonly complete: boolean }>>;
  readonly lastGeneration: number;
}

const EMPTY: Catalog = { sets: {}, lastGeneration: 0 };

export const setFile = (folder: string, recordSet: number, generation: number): string =>
  path.join(folder, `${recordSet}.${generation}.sqlite`);

export const wantedFolder = (folder: string): string => path.join(folder, 'wanted');

export function readCatalog(folder: string): Catalog {
  try {
    const parsed: unknown = JSON.parse(fs.readFileSync(path.join(folder, 'live.json'), 'utf8'));
    return isCatalog(parsed) ? parsed : EMPTY;
  } catch {
    // Missing or damaged: the index is a copy, so it is rebuilt.
    return EMPTY;
  }
}

function isCatalog(value: unknown): value is Catalog {
  return typeof value === 'object' && value !== null && 'sets' in value && 'lastGeneration' in value;
}

/** Written beside, flushed and renamed: a reader or a crash sees the old one or the new one. */
export function writeCatalog(folder: string, catalog: Catalog): void {
  const temporary = path.join(folder, 'live.json.new');
  const file = fs.openSync(temporary, 'w', 0o600);
  try {
    fs.writeSync(file, JSON.stringify(catalog));
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
  fs.renameSync(temporary, path.join(folder, 'live.json'));
  const directory = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(directory);
  } finally {
    fs.closeSync(directory);
  }
}

/** Reads the catalog again only when the file has changed: a stat costs microseconds. */
export function watchCatalog(folder: string): () => Catalog {
  let stamp = '';
  let catalog = EMPTY;
  return () => {
    const stat = fs.statSync(path.join(folder, 'live.json'), { bigint: true, throwIfNoEntry: false });
    const now = stat === undefined ? '' : `${stat.ino}:${stat.mtimeNs}:${stat.size}`;
    if (now !== stamp) {
      catalog = readCatalog(folder);
      stamp = now;
    }
    return catalog;
  };
}

/** Read from the files alone, so that asking costs no thread. */
export function completeSets(folder: string): number[] {
  return Object.entries(readCatalog(folder).sets)
    .map(([recordSet, set]) => ({ recordSet: Number(recordSet), ...set }))
    .filter(
      ({ recordSet, generation, complete }) =>
        complete && fs.existsSync(setFile(folder, recordSet, generation)),
    )
    .map(({ recordSet }) => recordSet);
}

export function removeSetFiles(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) fs.rmSync(`${file}${suffix}`, { force: true });
}
