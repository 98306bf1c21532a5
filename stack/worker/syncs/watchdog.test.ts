import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { localFunctions } from '@middle/cloud/local/functions.ts';
import { only } from '@middle/store/only.ts';
import { listStalledSyncs } from '@middle/store/health.ts';
import { getSync } from '@middle/store/sync-history.ts';
import { changeSync } from '@middle/store/sync-settings.ts';
import { STALLED_TICKS } from '@middle/core/sync-plan.ts';
import { city, RETURNED, syncWorld } from '../testing/sync-world.ts';
import { fireDueTicks } from './ticks.ts';

/** A stack whose one sync runs this code in the real sandbox. */
async function world(code: string) {
  const cleanup = new AsyncDisposableStack();
  const stack = cleanup.use(await syncWorld());
  const scratchFolder = await mkdtemp(path.join(tmpdir(), 'middle-watchdog-'));
  cleanup.defer(() => rm(scratchFolder, { recursive: true, force: true }));
  const functions = await localFunctions({
    queueOf: (app) => stack.queues.open(app),
    scratchFolder,
    poolSize: 1,
    clock: systemClock,
    log: () => undefined,
    authorize: () => Promise.resolve(null),
  });
  cleanup.defer(() => functions.close());
  const bundle = `module.exports.default = async (ctx) => {\n${code}\n};`;
  await stack.owner.query(sql`update middle.function_bundle set code = ${bundle}`);
  await stack.owner.query(sql`update middle.sync set stall_seconds = 2`);
  stack.start(functions, 'test', 2);
  return {
    ...stack,
    async ended(run: string) {
      const { state } = await stack.until(run);
      const { rows } = await stack.database.query<{ code: string; message: string; hint: string }>(sql`
        select error ->> 'code' as code, error ->> 'message' as message, error ->> 'hint' as hint
        from middle.sync_run where id = ${run}`);
      return { state, ...only(rows) };
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

describe('the watchdog', () => {
  test('ends a function that is alive, and even writes its log, but comes no further', async () => {
    await using stack = await world(`
      ctx.emit('city', { id: 'a', name: 'A', population: 1, country: null });
      for (;;) {
        console.log('still here');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }`);
    const { state, code, message, hint } = await stack.ended(await stack.run());
    assert.deepEqual([state, code], ['failed', 'sync_stalled']);
    assert.equal(message, 'it emitted no record and told of no progress for 2 seconds');
    assert.match(hint, /log/);
    const logged = await stack.database.query(sql`select from logs.entry where text = 'still here' limit 1`);
    assert.equal(logged.rowCount, 1, 'what it wrote is there to be read');
    const { rows } = await stack.database.query<{ created: number }>(
      sql`select created from middle.sync_run`,
    );
    assert.equal(only(rows).created, 1, 'and what it had emitted is stored');
  });

  test('leaves a function alone that takes longer than its limit in all, but comes further', async () => {
    await using stack = await world(`
      for (let page = 1; page <= 6; page += 1) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await ctx.progress({ cursor: page });
      }`);
    const { state, code } = await stack.ended(await stack.run());
    assert.deepEqual([state, code], ['succeeded', null]);
  });

  test('a schedule of which nothing comes is stalled until a run succeeds, comes further, or it is changed', async () => {
    await using stack = await syncWorld();
    const { database, owner } = stack;
    const change = {
      enabled: true,
      everySeconds: 60,
      overlapSeconds: 0,
      catchUp: null,
      markDeleted: false,
      stallSeconds: 300,
    };
    await changeSync(owner, stack.sync, change);
    const stalled = async (): Promise<boolean> => {
      const listed = (await listStalledSyncs(database)).some(({ id }) => id === stack.sync);
      assert.equal((await getSync(database, stack.sync))?.stalled, listed, 'all pages agree');
      return listed;
    };
    let now = Date.now();
    /** One period later: the run of the last one is queued, or open still. */
    const tick = async (): Promise<void> => {
      now += 61_000;
      await fireDueTicks(database, new Date(now));
    };
    const end = (state: string) =>
      owner.query(
        sql`update middle.sync_run set state = ${state}, ended_at = now() where state in ('queued', 'running')`,
      );
    for (let period = 1; period < STALLED_TICKS; period += 1) {
      await tick();
      await end('failed');
      assert.equal(await stalled(), false);
    }
    await tick();
    assert.equal(await stalled(), true);
    await owner.query(
      sql`update middle.sync_run set state = 'running', progressed_at = now() where state = 'queued'`,
    );
    assert.equal(await stalled(), false, 'it takes longer than its period, but it comes further');
    await owner.query(
      sql`update middle.sync_run set progressed_at = now() - interval '1 hour' where state = 'running'`,
    );
    assert.equal(await stalled(), true);
    await end('failed');
    await owner.query(sql`update middle.connection set attention = 'refused', attention_at = now()`);
    assert.equal(await stalled(), false, 'the connection says so itself');
    await owner.query(sql`update middle.connection set attention = null, attention_at = null`);
    assert.equal(await stalled(), true);
    stack.start(async (_call, send) => {
      await send(city('a'), RETURNED);
      return {};
    });
    assert.equal((await stack.until(await stack.run())).state, 'succeeded');
    assert.equal(await stalled(), false);
    assert.ok((await getSync(database, stack.sync))?.succeededAt instanceof Date);
    await owner.query(sql`update middle.sync set ticks_since_success = 9`);
    await changeSync(owner, stack.sync, { ...change, everySeconds: 120 });
    assert.equal(await stalled(), false, 'a schedule that was changed is judged anew');
  });
});
