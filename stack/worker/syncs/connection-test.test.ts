import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { addJob, getJob } from '@middle/store/jobs.ts';
import type { Job } from '@middle/store/jobs.ts';
import { openListener } from '@middle/store/listen.ts';
import { startJobs } from '../jobs/runner.ts';
import { tokenWorld } from '../testing/token-world.ts';
import { connectionTestJobs } from './connection-test.ts';

describe('the test of a connection', () => {
  let world: Awaited<ReturnType<typeof tokenWorld>>;
  const cleanup = new AsyncDisposableStack();
  let run: () => Promise<Job>;
  before(async () => {
    world = cleanup.use(await tokenWorld());
    const deps = world.worker();
    const { database, log } = deps;
    const listener = openListener(database, log);
    cleanup.defer(() => listener.close());
    const jobs = startJobs({ database, listener, log, worker: 'test', handlers: connectionTestJobs(deps) });
    cleanup.defer(() => jobs.stop());
    run = async () => {
      const { id } = await addJob(world.owner, {
        kind: 'connection_test',
        subject: world.connectionId,
        requestedBy: 'test',
      });
      for (;;) {
        const job = await getJob(world.owner, id);
        if (job !== null && job.endedAt !== null) return job;
      }
    };
  });
  after(() => cleanup.disposeAsync());
  beforeEach(async () => {
    world.source.page = () => ({ status: 200 });
    await world.forget();
  });

  const attention = async (): Promise<string | null> => {
    const { rows } = await world.owner.query<{ attention: string | null }>(
      sql`select attention from middle.connection`,
    );
    return rows[0]?.attention ?? null;
  };
  const needsLook = (): Promise<unknown> =>
    world.owner.query(sql`update middle.connection set attention = 'refused', attention_at = now()`);

  test('asks the base address with the credentials, and ends what was wrong before', async () => {
    await world.fillIn('key', { apiKey: 'right' });
    await needsLook();
    const seen: (string | undefined)[] = [];
    world.source.page = (authorization) => {
      seen.push(authorization);
      return { status: 404 };
    };
    const job = await run();
    assert.equal(job.state, 'succeeded', 'many systems have nothing at their base address');
    assert.match(JSON.stringify(job.result), /"auth":"key","notes":.*"status":404,"address":"http:/);
    assert.deepEqual(seen, ['Bearer right']);
    assert.equal(await attention(), null);
  });

  test('fails when the credentials are rejected, and asks a person to look', async () => {
    await world.fillIn('key', { apiKey: 'wrong' });
    for (const status of [401, 403]) {
      await world.forget();
      world.source.page = () => ({ status });
      const job = await run();
      assert.deepEqual([job.state, job.error?.code, job.attempts], ['failed', 'credentials_rejected', 1]);
      assert.match((await attention()) ?? '', /rejected the credentials/);
    }
  });

  test('gets a token first, renews one that is rejected, and says when there is none to be had', async () => {
    await world.fillIn('oauth', { clientId: 'ann', clientSecret: 's' });
    await world.owner.query(sql`update middle.connection set token = 'stale'`);
    world.source.page = (authorization) => ({ status: authorization === 'Bearer ann-1' ? 200 : 401 });
    assert.equal((await run()).state, 'succeeded');
    assert.equal(world.tokenRequests(), 1);
    await world.forget();
    world.source.token = () => ({ status: 401, body: { error: 'invalid_client' } });
    const refused = await run();
    assert.deepEqual([refused.state, refused.error?.code], ['failed', 'credentials_rejected']);
    assert.match((await attention()) ?? '', /invalid_client/);
  });

  test('a source that can’t be reached says nothing of the credentials', async () => {
    await world.fillIn('key', { apiKey: 'right' });
    await needsLook();
    await world.owner.query(sql`update middle.connection set base_url = 'https://elsewhere.example'`);
    const job = await run();
    assert.deepEqual([job.state, job.error?.code], ['failed', 'egress_host_not_allowed']);
    assert.equal(await attention(), 'refused');
    assert.match(job.error?.message ?? '', /elsewhere\.example/);
  });
});
