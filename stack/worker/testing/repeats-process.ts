/** Jobs that run executions again, in a process of their own, for tests that kill it. Reads its configuration from standard input. */
import { text } from 'node:stream/consumers';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import { startJobs } from '../jobs/runner.ts';
import { repeatJobs } from '../repeats/jobs.ts';
import { repeatDeps } from './repeats.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by repeats/kill.test.ts
const config = JSON.parse(await text(process.stdin)) as {
  readonly database: DatabaseAddress;
  readonly worker: string;
};
const log = () => {};
const database = openDatabase(config.database, { max: 3 });
startJobs({
  database,
  listener: openListener(database, log),
  log,
  worker: config.worker,
  handlers: repeatJobs({ ...repeatDeps({ database }), clock: systemClock }),
  leaseSeconds: 1,
  pollMilliseconds: 50,
});
process.stdout.write('started\n');
