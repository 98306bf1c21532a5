/** Triggers in a process of their own, for tests that kill it. Reads its configuration from standard input. */
import { text } from 'node:stream/consumers';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import { startTriggers } from '../triggers/triggers.ts';
import { plainKeys } from './trigger-world.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by triggers.test.ts
const config = JSON.parse(await text(process.stdin)) as {
  readonly database: DatabaseAddress;
  readonly worker: string;
};
const log = (): void => {};
const database = openDatabase(config.database);
startTriggers({
  database,
  listener: openListener(database, log),
  search: { query: () => Promise.resolve({ hits: [] }) },
  keys: plainKeys,
  clock: systemClock,
  log,
  worker: config.worker,
  leaseSeconds: 1,
  pollMilliseconds: 50,
});
process.stdout.write('started\n');
