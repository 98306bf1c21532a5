import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { testSearch } from '../conformance/search.suite.ts';
import { localSearch } from './search.ts';
import { IndexReader } from './search/reader.ts';
import { IndexWriter } from './search/writer.ts';

testSearch('SQLite files', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'middle-search-'));
  const search = localSearch({ folder, mode: 'write' });
  const reader = localSearch({ folder, mode: 'read' });
  return Promise.resolve({
    search,
    reader,
    async [Symbol.asyncDispose]() {
      await Promise.all([search.close(), reader.close()]);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  });
});

test('a search that loses its file to a rebuild is answered from the new one', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'middle-search-'));
  const writer = new IndexWriter(folder);
  const reader = new IndexReader(folder);
  const documents = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ id: `r${at}`, version: 1, updatedAt: 0, data: '{}' }));
  const rebuild = (count: number): void => {
    const generation = writer.beginRebuild(1);
    writer.writeRebuild(1, generation, documents(count));
    writer.finishRebuild(1, generation);
  };
  // What SQLite says when a file goes while it is opened; no test can hit that moment itself.
  const failure = new Error('disk I/O error');
  try {
    rebuild(2);
    let tries = 0;
    const live = reader.query(() => {
      const found = reader.set(1)?.live;
      tries += 1;
      if (tries > 1) return found;
      rebuild(5);
      throw failure;
    });
    assert.deepEqual([tries, live], [2, 5]);
    assert.throws(
      () =>
        reader.query(() => {
          throw failure;
        }),
      failure,
      'what a rebuild is no reason for is told',
    );
  } finally {
    reader.close();
    writer.close();
    fs.rmSync(folder, { recursive: true });
  }
});
