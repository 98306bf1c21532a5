import fs from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { MiddleError } from '@middle/core/errors.ts';
import { SEARCH_LIMITS } from '../ports/search.ts';
import type { Search, SearchDocument } from '../ports/search.ts';
import { completeSets, wantedFolder } from './search/catalog.ts';
import type { WireDocument } from './search/set-writer.ts';
import { Threads } from './search/threads.ts';

/** Statements end themselves at SEARCH_LIMITS.queryMilliseconds; this is for those that can't. */
const QUERY_PATIENCE_MILLISECONDS = SEARCH_LIMITS.queryMilliseconds + 1_000;
const READING_THREADS = 2;
const WANTED_INDEXES_MILLISECONDS = 2_000;

/**
 * Search in SQLite files with FTS5, one file per record set, in a folder of the stack's data. One process opens it
 * with mode `write`; any number of others read at the same time. SQLite runs in threads of its own, so neither
 * writing nor a slow query holds up the process.
 */
export function localSearch(options: { readonly folder: string; readonly mode: 'read' | 'write' }): Search {
  const { folder, mode } = options;
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const reading = new Threads({ folder, role: 'read' }, READING_THREADS);
  const writing = mode === 'write' ? new Threads({ folder, role: 'write' }, 1) : null;
  const writer = (): Threads => {
    if (writing === null)
      throw new MiddleError('internal', 'this process opened the search index for reading only');
    return writing;
  };
  const timer =
    writing === null
      ? undefined
      : setInterval(() => void addWantedIndexes(folder, writing), WANTED_INDEXES_MILLISECONDS).unref();

  return {
    async write(documents) {
      for (const [recordSet, group] of bySet(documents)) {
        await writer().call('write', [recordSet, group.map(wire)]);
      }
    },
    async remove(removals) {
      for (const [recordSet, group] of bySet(removals)) {
        await writer().call('remove', [recordSet, group.map(({ id, version }) => ({ id, version }))]);
      }
    },
    query: (query) => reading.call('query', [query], QUERY_PATIENCE_MILLISECONDS),
    scan: (recordSet, after, limit) => writer().call('scan', [recordSet, after, limit]),
    count: (recordSet) => reading.call('count', [recordSet], QUERY_PATIENCE_MILLISECONDS),
    complete: () => Promise.resolve(completeSets(folder)),
    async rebuild(recordSet) {
      const generation = await writer().call('beginRebuild', [recordSet]);
      return {
        write: (documents) => writer().call('writeRebuild', [recordSet, generation, documents.map(wire)]),
        async finish() {
          if (await writer().call('finishRebuild', [recordSet, generation])) return;
          throw new MiddleError('conflict', `another rebuild of record set ${recordSet} has taken over`);
        },
        abandon: () => writer().call('abandonRebuild', [recordSet, generation]),
      };
    },
    dropRecordSet: (recordSet) => writer().call('drop', [recordSet]),
    async close() {
      clearInterval(timer);
      await Promise.all([reading.close(), writing?.close()]);
    },
  };
}

const wire = ({ id, version, updatedAt, data }: SearchDocument): WireDocument => ({
  id,
  version,
  updatedAt: updatedAt.getTime(),
  data,
});

function bySet<Item extends { readonly recordSet: number }>(items: readonly Item[]): Map<number, Item[]> {
  return Map.groupBy(items, ({ recordSet }) => recordSet);
}

/** Readers leave their wishes as files; the writer's thread starts only when there are some. */
async function addWantedIndexes(folder: string, writing: Threads): Promise<void> {
  await mkdir(wantedFolder(folder), { recursive: true, mode: 0o700 });
  if (fs.readdirSync(wantedFolder(folder)).length === 0) return;
  // What fails now is wished for again by the next such query.
  await writing.call('addWantedIndexes', []).catch(() => {});
}
