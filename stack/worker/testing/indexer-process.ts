/** An indexer in a process of its own, for tests that kill it. Reads its configuration from standard input. */
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { localSearch } from '@middle/cloud/local/search.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import { startSearchIndexer } from '../search/indexer.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by indexer.test.ts
const config = JSON.parse(await text(process.stdin)) as {
  readonly database: DatabaseAddress;
  readonly folder: string;
  readonly worker: string;
};
const log = () => {};
const database = openDatabase(config.database);
startSearchIndexer({
  database,
  listener: openListener(database, log),
  search: localSearch({ folder: config.folder, mode: 'write' }),
  log,
  clock: {
    now: () => new Date(),
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => {}),
  },
  worker: config.worker,
  leaseSeconds: 1,
});
process.stdout.write('started\n');
