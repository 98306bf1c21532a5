/** graphile-worker: jobs that do nothing. Reads its task from standard input, prints figures. */
import { text } from 'node:stream/consumers';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { Pool } from 'pg';

const { address, count, atOnce } = JSON.parse(await text(process.stdin));
const pgPool = new Pool({ ...address, max: 20 });
pgPool.on('error', () => {});
pgPool.on('connect', (client) => client.on('error', () => {}));
const logger = new Logger(() => () => {});
const utils = await makeWorkerUtils({ pgPool, logger });
await utils.migrate();
let done = 0;
const finished = Promise.withResolvers();
const began = performance.now();
// As with executions, writing the jobs down is part of the time.
const adding = (async () => {
  for (let from = 0; from < count; from += 1_000) {
    const jobs = Array.from({ length: Math.min(1_000, count - from) }, (_, n) => ({
      identifier: 'nothing',
      payload: { n: from + n },
    }));
    await utils.addJobs(jobs);
  }
})();
const runner = await run({
  pgPool,
  logger,
  concurrency: atOnce,
  noHandleSignals: true,
  taskList: {
    nothing() {
      done += 1;
      if (done === count) finished.resolve();
    },
  },
});
await adding;
await finished.promise;
const perSecond = count / ((performance.now() - began) / 1_000);
await runner.stop();
await utils.release();
await pgPool.end();
process.stdout.write(JSON.stringify({ perSecond, times: [] }));
