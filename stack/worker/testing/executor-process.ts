/** An executor in a process of its own, for tests that kill it. Reads its configuration from standard input. */
import { text } from 'node:stream/consumers';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import { startExecutor } from '../executions/executor.ts';
import { bareDeps } from './execution-world.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by kill.test.ts
const config = JSON.parse(await text(process.stdin)) as {
  readonly database: DatabaseAddress;
  readonly worker: string;
};
const log = () => {};
const database = openDatabase(config.database, { max: 6 });
startExecutor({
  ...bareDeps(database),
  database,
  listener: openListener(database, log),
  clock: systemClock,
  log,
  worker: config.worker,
  leaseSeconds: 1,
  pollMilliseconds: 50,
  places: 16,
});
process.stdout.write('started\n');
