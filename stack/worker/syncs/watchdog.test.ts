import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { localFunctions } from '@middle/cloud/local/functions.ts';
import { only } from '@middle/store/only.ts';
import { syncWorld } from '../testing/sync-world.ts';

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
});
