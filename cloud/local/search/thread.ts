// oxlint-disable unicorn/require-post-message-target-origin -- a thread's port has no origin
import { parentPort, workerData } from 'node:worker_threads';
import { MiddleError } from '@middle/core/errors.ts';
import type { SearchQuery } from '../../ports/search.ts';
import type { Call, Methods, Reply } from './calls.ts';
import { runQuery } from './query.ts';
import { IndexReader } from './reader.ts';
import { IndexWriter } from './writer.ts';

/** The entry of a search thread. SQLite in Node blocks its thread, so no other thread ever calls it. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- given by our own threads.ts
const { folder, role } = workerData as { readonly folder: string; readonly role: 'read' | 'write' };

function readMethods(reader: IndexReader): Partial<Methods> {
  return {
    query: (query: SearchQuery) => runQuery(reader, query),
    count: (recordSet) => reader.query(() => reader.set(recordSet)?.live ?? 0),
  };
}

function writeMethods(writer: IndexWriter): Partial<Methods> {
  return {
    write: (recordSet, documents) => writer.write(recordSet, documents),
    remove: (recordSet, removals) => writer.remove(recordSet, removals),
    scan: (recordSet, after, limit) => writer.scan(recordSet, after, limit),
    beginRebuild: (recordSet) => writer.beginRebuild(recordSet),
    writeRebuild: (recordSet, generation, documents) => writer.writeRebuild(recordSet, generation, documents),
    finishRebuild: (recordSet, generation) => writer.finishRebuild(recordSet, generation),
    abandonRebuild: (recordSet, generation) => writer.abandonRebuild(recordSet, generation),
    drop: (recordSet) => writer.drop(recordSet),
    addWantedIndexes: () => writer.addWantedIndexes(),
  };
}

const half = role === 'read' ? new IndexReader(folder) : new IndexWriter(folder);
const methods = half instanceof IndexReader ? readMethods(half) : writeMethods(half);

function answer({ method, args }: Call): Reply {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- method and args come together from Threads.call
  const run = methods[method] as ((...values: readonly unknown[]) => unknown) | undefined;
  if (run === undefined)
    return { error: { code: 'internal', message: `this thread can't ${method}`, hint: undefined } };
  try {
    return { value: run(...args) };
  } catch (error) {
    if (error instanceof MiddleError)
      return { error: { code: error.code, message: error.message, hint: error.hint } };
    const message = error instanceof Error ? error.message : String(error);
    return { error: { code: 'internal', message: `search index: ${message}`, hint: undefined } };
  }
}

parentPort?.on('message', (call: Call | 'close') => {
  if (call !== 'close') {
    parentPort?.postMessage(answer(call));
    return;
  }
  half.close();
  parentPort?.close();
});
