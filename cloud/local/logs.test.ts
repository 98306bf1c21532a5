import { Pool } from 'pg';
import { testLogs } from '../conformance/logs.suite.ts';
import { localLogs } from './logs.ts';
import { testDatabase } from './testing/database.ts';

testLogs('Postgres', async () => {
  const database = await testDatabase();
  const pool = new Pool({ ...database.worker, max: 4 });
  const now = new Date();
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  return {
    logs: localLogs({ pool, clock }),
    now,
    async [Symbol.asyncDispose]() {
      await pool.end();
      await database[Symbol.asyncDispose]();
    },
  };
});
