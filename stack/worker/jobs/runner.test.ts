import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { openDatabase } from '@middle/store/database.ts';
import { addJob, cancelJob, claimJob, endJob, getJob, listJobs, renewJob } from '@middle/store/jobs.ts';
import type { Job } from '@middle/store/jobs.ts';
import { openListener } from '@middle/store/listen.ts';
import { startJobs } from './runner.ts';
import type { JobHandlers } from './runner.ts';

async function world() {
  const cleanup = new AsyncDisposableStack();
  const addresses = cleanup.use(await testDatabase());
  const database = openDatabase(addresses.worker, { max: 4 });
  cleanup.defer(() => database.close());
  return {
    database,
    run(handlers: JobHandlers, worker = 'test') {
      const listener = openListener(database, () => {});
      cleanup.defer(() => listener.close());
      const jobs = startJobs({
        database,
        listener,
        log: () => {},
        worker,
        handlers,
        leaseSeconds: 1,
        pollMilliseconds: 100,
      });
      cleanup.defer(() => jobs.stop());
      return jobs;
    },
    async ended(id: string): Promise<Job> {
      return this.until(id, (job) => job.endedAt !== null);
    },
    async until(id: string, holds: (job: Job) => boolean): Promise<Job> {
      const giveUp = Date.now() + 120_000;
      for (;;) {
        const job = await getJob(database, id);
        if (job !== null && holds(job)) return job;
        assert.ok(Date.now() < giveUp, `job ${id} is ${job?.state ?? 'gone'} for too long`);
        await sleep(10);
      }
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

const search = { kind: 'search_check', requestedBy: 'test' } as const;

describe('jobs', () => {
  test('runs a job, keeps its progress and its result', async () => {
    await using stack = await world();
    stack.run({
      search_check: (job, { progress }) => {
        progress({ done: 3, total: 3 });
        return Promise.resolve({ echoed: job.input });
      },
    });
    const job = await stack.ended((await addJob(stack.database, { ...search, input: { a: 1 } })).id);
    assert.equal(job.state, 'succeeded');
    assert.deepEqual(job.result, { echoed: { a: 1 } });
    assert.deepEqual(job.progress, { done: 3, total: 3 });
  });

  test('one open job per kind and subject', async () => {
    await using stack = await world();
    const first = await addJob(stack.database, { ...search, subject: '7' });
    assert.equal((await addJob(stack.database, { ...search, subject: '7' })).id, first.id);
    assert.notEqual((await addJob(stack.database, { ...search, subject: '8' })).id, first.id);
    assert.ok(await cancelJob(stack.database, first.id));
    assert.equal((await getJob(stack.database, first.id))?.state, 'cancelled');
    assert.notEqual((await addJob(stack.database, { ...search, subject: '7' })).id, first.id);
    assert.equal((await listJobs(stack.database, { limit: 10 })).length, 3);
  });

  test('the author’s fault fails at once, the platform’s is tried again', async () => {
    await using stack = await world();
    let tries = 0;
    stack.run({
      search_check: () => Promise.reject(new MiddleError('request_invalid', 'no such record set')),
      search_rebuild: () => {
        tries += 1;
        return tries === 1 ? Promise.reject(new Error('disk')) : Promise.resolve('done');
      },
    });
    const failed = await stack.ended((await addJob(stack.database, search)).id);
    assert.deepEqual([failed.state, failed.error?.code, failed.attempts], ['failed', 'request_invalid', 1]);
    const again = await addJob(stack.database, { kind: 'search_rebuild', requestedBy: 'test' });
    await stack.until(again.id, ({ state, attempts }) => state === 'queued' && attempts === 1);
    await stack.database.query(sql`update middle.job set next_attempt_at = now()`);
    assert.equal((await stack.ended(again.id)).result, 'done');
  });

  test('a running job stops when it is cancelled', async () => {
    await using stack = await world();
    stack.run({
      search_check: (_job, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    });
    const { id } = await addJob(stack.database, search);
    await stack.until(id, ({ state }) => state === 'running');
    await cancelJob(stack.database, id);
    assert.equal((await stack.ended(id)).state, 'cancelled');
    assert.equal(await cancelJob(stack.database, id), false, 'an end is final');
  });

  test('a lapsed lease goes to another worker, and what the slow one writes changes nothing', async () => {
    await using stack = await world();
    const { database } = stack;
    const { id } = await addJob(database, search);
    const slow = await claimJob(database, { kinds: ['search_check'], worker: 'slow', leaseSeconds: 60 });
    assert.equal(
      await claimJob(database, { kinds: ['search_check'], worker: 'quick', leaseSeconds: 60 }),
      null,
    );
    await database.query(sql`update middle.job set lease_until = now() - interval '1 second'`);
    const quick = await claimJob(database, { kinds: ['search_check'], worker: 'quick', leaseSeconds: 60 });
    assert.ok(slow !== null && quick !== null && slow.fence !== quick.fence);
    assert.deepEqual(await renewJob(database, slow, { leaseSeconds: 60 }), {
      kept: false,
      cancelRequested: false,
    });
    assert.equal(await endJob(database, slow, { state: 'succeeded', result: 'slow' }), false);
    assert.equal(await endJob(database, quick, { state: 'succeeded', result: 'quick' }), true);
    assert.equal((await getJob(database, id))?.result, 'quick');
  });

  test('a job whose workers always die fails in the end', async () => {
    await using stack = await world();
    const { database } = stack;
    const { id } = await addJob(database, search);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      assert.ok(await claimJob(database, { kinds: ['search_check'], worker: 'dying', leaseSeconds: 60 }));
      await database.query(sql`update middle.job set lease_until = now() - interval '1 second'`);
    }
    assert.equal(
      await claimJob(database, { kinds: ['search_check'], worker: 'last', leaseSeconds: 60 }),
      null,
    );
    const job = await getJob(database, id);
    assert.deepEqual([job?.state, job?.error?.fault], ['failed', 'platform']);
  });
});
