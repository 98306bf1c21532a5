/** DBOS Transact: workflows of three durable steps that do nothing. Reads its task from standard input, prints figures. */
import { text } from 'node:stream/consumers';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { Pool } from 'pg';

const { address, count, atOnce } = JSON.parse(await text(process.stdin));
const pool = new Pool({ ...address, max: 20 });
const quiet = { debug() {}, info() {}, warn() {}, error: (...what) => console.error(...what) };
DBOS.setConfig({
  name: 'bench',
  systemDatabasePool: pool,
  systemDatabaseUrl: `postgresql://${address.user}@localhost/${address.database}`,
  logger: quiet,
});
const step = () => Promise.resolve(1);
const workflow = DBOS.registerWorkflow(
  async () => {
    for (const name of ['a', 'b', 'c']) await DBOS.runStep(step, { name });
  },
  { name: 'threeSteps' },
);
await DBOS.launch();

async function run(total) {
  let left = total;
  const times = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(atOnce, total) }, async () => {
      while (left > 0) {
        left -= 1;
        const at = performance.now();
        await workflow();
        times.push(performance.now() - at);
      }
    }),
  );
  return { perSecond: total / ((performance.now() - began) / 1_000), times };
}

await run(Math.min(count, 50));
const { perSecond, times } = await run(count);
await DBOS.shutdown();
await pool.end();
process.stdout.write(JSON.stringify({ perSecond, times }));
