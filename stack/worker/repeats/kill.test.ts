import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sql from 'sql-template-tag';
import { addJob, getJob } from '@middle/store/jobs.ts';
import { only } from '@middle/store/only.ts';
import { executionWorld } from '../testing/execution-world.ts';
import type { ExecutionWorld } from '../testing/execution-world.ts';
import { failures } from '../testing/repeats.ts';

const PROGRAM = fileURLToPath(new URL('../testing/repeats-process.ts', import.meta.url));
const EXECUTIONS = 400;
const KILLS = 5;

async function worker(stack: ExecutionWorld, name: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ database: stack.addresses.worker, worker: name }));
  await once(child.stdout, 'data');
  return child;
}

async function begun(stack: ExecutionWorld): Promise<number> {
  const { rows } = await stack.owner.query<{ begun: number }>(
    sql`select count(*)::integer as begun from middle.execution_open where cause = 'again'`,
  );
  return only(rows).begun;
}

describe('a bulk run again whose workers are killed', { timeout: 120_000 }, () => {
  test('runs each execution again exactly once', async () => {
    await using stack = await executionWorld();
    await failures(stack, EXECUTIONS);
    const job = await addJob(stack.owner, {
      kind: 'run_again',
      input: {
        accountId: stack.accountId,
        filter: { state: ['failed'] },
        from: 'start',
        version: 'recorded',
        // A hundred at a time.
        perMinute: 30_000,
        dryRun: false,
        by: 'Ann',
      },
      maxAttempts: 1_000,
      requestedBy: 'test',
    });
    let child = await worker(stack, 'w0');
    let kills = 0;
    try {
      for (;;) {
        const state = (await getJob(stack.owner, job.id))?.state;
        if (state === 'succeeded') break;
        assert.ok(state === 'queued' || state === 'running', state);
        const before = await begun(stack);
        if (kills < KILLS && before > (kills * EXECUTIONS) / (KILLS + 1)) {
          // Somewhere within the next page.
          await sleep(Math.random() * 150);
          child.kill('SIGKILL');
          await once(child, 'exit');
          kills += 1;
          child = await worker(stack, `w${kills}`);
        }
        await sleep(5);
      }
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    assert.equal(kills, KILLS);
    const { rows } = await stack.owner.query<{ of: string; repeats: number }>(sql`
      select again_of as of, count(*)::integer as repeats from middle.execution_open where cause = 'again' group by 1`);
    assert.equal(rows.length, EXECUTIONS, 'none is lost');
    assert.deepEqual(
      rows.filter(({ repeats }) => repeats !== 1),
      [],
      'none is doubled',
    );
    const { result } = only([await getJob(stack.owner, job.id)]) ?? {};
    assert.deepEqual(result, { dryRun: false, looked: EXECUTIONS, begun: EXECUTIONS, skipped: {} });
  });
});
