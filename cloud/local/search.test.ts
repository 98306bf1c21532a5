import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { testSearch } from '../conformance/search.suite.ts';
import { localSearch } from './search.ts';

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
