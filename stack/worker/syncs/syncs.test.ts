import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { RESTARTS_PER_ATTEMPT } from '@middle/core/run-outcome.ts';
import { only } from '@middle/store/only.ts';
import { claimRun, reapRuns, renewRun } from '@middle/store/run-claims.ts';
import { dueSyncs, fireTick } from '@middle/store/sync-ticks.ts';
import { COUNTRY, recordLine } from '../testing/intake-world.ts';
import { aborted, city, RETURNED, syncWorld } from '../testing/sync-world.ts';
import type { Script } from '../testing/sync-world.ts';

describe('syncs', () => {
  test('a run is claimed, stored whole and settled; the next complete transfer marks what vanished', async () => {
    await using stack = await syncWorld();
    let ids = ['a', 'b', 'c'];
    stack.start(async (_call, send) => {
      for (const id of ids) await send(city(id));
      await send(RETURNED);
      return {};
    });
    const first = await stack.until(await stack.run());
    assert.deepEqual([first.state, first.created, first.deleted], ['succeeded', 3, 0]);
    ids = ['a', 'c'];
    const second = await stack.until(await stack.run());
    assert.deepEqual([second.state, second.created, second.deleted], ['succeeded', 0, 1]);
    const { rows } = await stack.database.query(
      sql`select id from middle.record where deleted_at is not null`,
    );
    assert.deepEqual(rows, [{ id: 'b' }]);
    const calls = await stack.database.query(
      sql`select distinct sent_records as sent, applied_records as applied, outcome from middle.invocation order by 1`,
    );
    assert.deepEqual(calls.rows, [
      { sent: 2, applied: 2, outcome: 'ok' },
      { sent: 3, applied: 3, outcome: 'ok' },
    ]);
  });

  test('a complete transfer that names no record marks nothing deleted', async () => {
    await using stack = await syncWorld();
    let ids = ['a', 'b'];
    stack.start(async (_call, send) => {
      for (const id of ids) await send(city(id));
      await send(RETURNED);
      return {};
    });
    await stack.until(await stack.run());
    ids = [];
    const empty = await stack.until(await stack.run());
    assert.deepEqual([empty.state, empty.deleted], ['succeeded', 0]);
    const kept = await stack.database.query(sql`select from middle.record where deleted_at is null`);
    assert.equal(kept.rowCount, 2);
  });

  test('an empty answer of a source that had records says on its run that nothing was marked deleted', async () => {
    await using stack = await syncWorld();
    stack.start(async (_call, send) => {
      await send(RETURNED);
      return {};
    });
    const run = await stack.run();
    assert.equal((await stack.until(run)).state, 'succeeded');
    const { rows } = await stack.database.query<{ warning: string }>(
      sql`select warning from middle.sync_run where id = ${run}`,
    );
    assert.match(only(rows).warning, /named no record, so nothing is marked deleted/);
  });

  test('schedules of a connection whose credentials are refused wait, try again after an hour, and go on', async () => {
    await using stack = await syncWorld();
    await stack.owner.query(sql`
      update middle.sync set enabled = true, every_seconds = 60, next_tick_at = now() - interval '1 minute'`);
    const refuse = (ago: string) =>
      stack.owner.query(sql`
        update middle.connection set attention = 'refused', attention_at = now() - ${ago}::interval`);
    await refuse('1 minute');
    assert.deepEqual(await dueSyncs(stack.database, new Date(), 10), []);
    const queued = await stack.one(sql`
      insert into middle.sync_run (sync_id, record_set_id, connection_id, kind, cause, input)
      values (${stack.sync}, ${stack.recordSet}, ${stack.connectionId}, 'complete', 'schedule', '{}') returning id`);
    const claim = { worker: 'test', leaseSeconds: 10, lookups: 1 };
    assert.equal(await claimRun(stack.database, claim), null, 'what the schedule had queued waits too');
    await refuse('2 hours');
    assert.equal((await dueSyncs(stack.database, new Date(), 10)).length, 1);
    stack.start(async (_call, send) => {
      await send(city('a'), RETURNED);
      return {};
    });
    assert.equal((await stack.until(queued)).state, 'succeeded');
    const { rows } = await stack.database.query(sql`select attention, attention_at from middle.connection`);
    assert.deepEqual(rows, [{ attention: null, attention_at: null }], 'the source accepted it again');
  });

  test('a run that ends because the source refused the credentials asks a person to look', async () => {
    await using stack = await syncWorld();
    stack.start(async (_call, send) => {
      await send('E{"code":"credentials_rejected","message":"shop.example rejected them"}');
      const error = {
        code: 'credentials_rejected',
        message: 'shop.example rejected them',
        fault: 'user',
      } as const;
      return { outcome: 'threw', error };
    });
    const { state, attempts } = await stack.until(await stack.run());
    assert.deepEqual([state, attempts], ['failed', 1]);
    const { rows } = await stack.database.query(
      sql`select attention, attention_at is not null as since from middle.connection`,
    );
    assert.deepEqual(rows, [{ attention: 'shop.example rejected them', since: true }]);
  });

  test('windows stay without a gap, whatever a person runs in between, and when their runs have expired', async () => {
    await using stack = await syncWorld();
    await stack.owner.query(sql`
      update middle.sync set kind = 'recent', enabled = true, every_seconds = 60, mark_deleted = false`);
    stack.start(async (_call, send) => {
      await send(city('a'), RETURNED);
      return {};
    });
    const at = (minutes: number): string => new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();
    const covered = async (): Promise<unknown> =>
      only(
        (await stack.database.query<{ at: Date | null }>(sql`select covered_until as at from middle.sync`))
          .rows,
      ).at;
    const runWindow = async (cause: string, since: number, until: number): Promise<unknown> => {
      const run = await stack.one(sql`
        insert into middle.sync_run (sync_id, record_set_id, connection_id, kind, cause, started_by, input)
        values (${stack.sync}, ${stack.recordSet}, ${stack.connectionId}, 'recent', ${cause},
          ${cause === 'person' ? 'Ann' : null}, ${JSON.stringify({ since: at(since), until: at(until) })}) returning id`);
      await stack.owner.query(sql`select pg_notify('middle_sync', '')`);
      assert.equal((await stack.until(run)).state, 'succeeded');
      return covered();
    };
    assert.equal(await covered(), null);
    assert.equal(await runWindow('person', 30, 40), null, 'a window of a person does not begin the cover');
    assert.deepEqual(await runWindow('schedule', 0, 10), new Date(at(10)));
    assert.deepEqual(await runWindow('person', 20, 30), new Date(at(10)), 'it left a gap');
    assert.deepEqual(await runWindow('person', 9, 15), new Date(at(15)), 'it began within the cover');
    assert.deepEqual(await runWindow('schedule', 0, 12), new Date(at(15)), 'it never goes back');
    await stack.owner.query(sql`delete from middle.sync_run`);
    await stack.owner.query(sql`update middle.sync set next_tick_at = now()`);
    const giveUp = performance.now() + 120_000;
    while (performance.now() < giveUp) {
      const { rows } = await stack.database.query<{ since: string }>(
        sql`select input ->> 'since' as since from middle.sync_run where cause = 'schedule'`,
      );
      if (rows[0] !== undefined) return assert.equal(rows[0].since, at(15));
      await sleep(10);
    }
    assert.fail('the schedule did not go on');
  });

  test('messages that still wait in the queue are late, not lost, however long the stack was stopped', async () => {
    await using stack = await syncWorld();
    stack.start(async (_call, send, _signal, sendLate) => {
      await send(city('a'));
      await sendLate(city('b'), RETURNED);
      return {};
    });
    const run = await stack.run();
    await stack.until(run, ['storing']);
    await stack.owner.query(sql`update middle.sync_run set progressed_at = now() - interval '1 day'`);
    await stack.owner.query(sql`update middle.invocation set ended_at = now() - interval '1 day'`);
    await stack.owner.query(sql`update queue.message set visible_at = now()`);
    const { state, created, error } = await stack.until(run);
    assert.deepEqual([state, created, error], ['succeeded', 2, null]);
  });

  test('what the author got wrong fails at once; a passing trouble is tried again from the last cursor', async () => {
    await using stack = await syncWorld();
    const cursors: unknown[] = [];
    stack.start(async (call, send) => {
      const wrong = {
        outcome: 'threw',
        error: { code: 'function_error', message: 'TypeError', fault: 'developer' },
      } as const;
      if (JSON.stringify(call.input) === '{"wrong":true}') {
        await send('E{"code":"function_error","message":"TypeError"}');
        return wrong;
      }
      cursors.push(call.cursor);
      await send(city(`p${cursors.length}`), `P{"cursor":{"page":${cursors.length}}}`);
      if (cursors.length < 3) {
        await send('E{"code":"egress_failed","message":"connection reset"}');
        return {
          outcome: 'threw',
          error: { code: 'egress_failed', message: 'connection reset', fault: 'user' },
        };
      }
      await send(RETURNED);
      return {};
    });
    const failed = await stack.until(await stack.run('{"wrong":true}'));
    assert.deepEqual([failed.state, failed.error?.code, failed.attempts], ['failed', 'function_error', 1]);
    const run = await stack.run();
    for (let retry = 0; retry < 2; retry += 1) {
      while (cursors.length <= retry || (await stack.until(run, ['queued', 'succeeded'])).state !== 'queued')
        await sleep(5);
      await stack.owner.query(sql`update middle.sync_run set next_attempt_at = now() where state = 'queued'`);
      while (cursors.length < retry + 2) await sleep(5);
    }
    assert.equal((await stack.until(run)).state, 'succeeded');
    assert.deepEqual(cursors, [null, { page: 1 }, { page: 2 }]);
  });

  test('cancel kills a running function; a queued run is cancelled at once', async () => {
    await using stack = await syncWorld();
    stack.start(async (_call, send, signal) => {
      await aborted(signal);
      await send('E{"code":"function_cancelled","message":"killed"}');
      return { outcome: 'killed', error: { code: 'function_cancelled', message: 'killed', fault: 'user' } };
    });
    const running = await stack.run();
    await stack.until(running, ['running']);
    const queued = await stack.run();
    await stack.owner.query(
      sql`with asked as (update middle.sync_run set cancel_requested_at = now()) select pg_notify('middle_sync', '')`,
    );
    assert.equal((await stack.until(queued)).state, 'cancelled');
    assert.equal((await stack.until(running)).state, 'cancelled');
  });

  test('a lookup whose workers went silent again and again gives up visibly', async () => {
    await using stack = await syncWorld();
    const run = await stack.one(sql`
      insert into middle.sync_run (sync_id, record_set_id, connection_id, kind, cause, input, max_attempts)
      values (${stack.sync}, ${stack.recordSet}, ${stack.connectionId}, 'lookup', 'foreign_key', '{"id":"x"}', 1)
      returning id`);
    await stack.owner.query(sql`
      insert into middle.lookup_request (record_set_id, record_id, state, sync_run_id)
      values (${stack.recordSet}, 'x', 'running', ${run})`);
    for (let attempt = 1; attempt <= RESTARTS_PER_ATTEMPT; attempt += 1) {
      const claimed = await claimRun(stack.database, { worker: 'silent', leaseSeconds: -1, lookups: 1 });
      assert.equal(claimed?.attempt, attempt);
      await reapRuns(stack.database);
    }
    const { state, error } = await stack.until(run);
    assert.deepEqual([state, error?.code], ['failed', 'function_lost']);
    const { rows } = await stack.database.query(sql`select state, reason from middle.lookup_request`);
    assert.deepEqual(rows, [{ state: 'gave_up', reason: 'its workers went silent again and again' }]);
  });

  test('a lookup that is cancelled before it began gives up visibly', async () => {
    await using stack = await syncWorld();
    const run = await stack.one(sql`
      insert into middle.sync_run (sync_id, record_set_id, connection_id, kind, cause, input, cancel_requested_at)
      values (${stack.sync}, ${stack.recordSet}, ${stack.connectionId}, 'lookup', 'foreign_key', '{"id":"x"}', now())
      returning id`);
    await stack.owner.query(sql`
      insert into middle.lookup_request (record_set_id, record_id, state, sync_run_id)
      values (${stack.recordSet}, 'x', 'running', ${run})`);
    stack.start(() => Promise.resolve({}));
    assert.equal((await stack.until(run)).state, 'cancelled');
    const { rows } = await stack.database.query(sql`select state, reason from middle.lookup_request`);
    assert.deepEqual(rows, [{ state: 'gave_up', reason: 'the lookup was cancelled' }]);
  });

  test('the run of a worker that went silent goes to another, and the slow one changes nothing', async () => {
    await using stack = await syncWorld();
    const run = await stack.run();
    const claimed = await claimRun(stack.database, { worker: 'silent', leaseSeconds: 0.05, lookups: 1 });
    assert.equal(claimed?.runId, run);
    stack.start(async (_call, send) => {
      await send(city('a'), RETURNED);
      return {};
    });
    const done = await stack.until(run);
    assert.deepEqual([done.state, done.created, done.attempts], ['succeeded', 1, 2]);
    assert.equal(claimed === null ? '' : await renewRun(stack.database, claimed, 10), 'lost');
  });

  test('a schedule fires once per tick under several workers, and nothing piles up', async () => {
    await using stack = await syncWorld();
    await stack.owner.query(
      sql`update middle.sync set enabled = true, every_seconds = 3600, next_tick_at = now() - interval '5 hours'`,
    );
    const [due] = await dueSyncs(stack.database, new Date(), 10);
    assert.ok(due !== undefined);
    const fire = { cause: 'schedule', tick: due.tick, input: {} } as const;
    const fired = await Promise.all([1, 2, 3, 4].map(() => fireTick(stack.database, due, fire)));
    assert.equal(fired.filter((result) => result === 'fired').length, 1);
    let calls = 0;
    const script: Script = async (_call, send) => {
      calls += 1;
      await send(city('a'), RETURNED);
      return {};
    };
    stack.start(script, 'one');
    stack.start(script, 'two');
    const { rows } = await stack.database.query<{ id: string }>(sql`select id from middle.sync_run`);
    assert.equal((await stack.until(only(rows).id)).state, 'succeeded');
    // What piled up would run before it.
    await stack.until(await stack.run());
    assert.equal(calls, 2);
    assert.deepEqual(
      await dueSyncs(stack.database, new Date(), 10),
      [],
      'the schedule has moved on to its next tick',
    );
    await stack.owner.query(sql`update middle.account set enabled = false`);
    const off = await stack.run();
    assert.equal(await claimRun(stack.database, { worker: 'three', leaseSeconds: 60, lookups: 1 }), null);
    assert.equal((await stack.until(off, ['queued'])).state, 'queued', 'the master switch is off');
  });

  test('an unseen foreign key is looked up once, and gives up visibly when there is no such record', async () => {
    await using stack = await syncWorld();
    const country = await stack.one(sql`
      insert into middle.record_set (connection_id, record_type, definition)
      values (${stack.connectionId}, 'country', ${JSON.stringify(COUNTRY)}) returning id`);
    await stack.owner.query(sql`select middle.add_record_set_partition(${Number(country)})`);
    await stack.owner.query(sql`
      insert into middle.sync (record_set_id, kind, function_key, enabled) values (${Number(country)}, 'lookup', 'country', true)`);
    const lookedUp: string[] = [];
    stack.start(async (call, send) => {
      const { id }: { id?: string } = JSON.parse(JSON.stringify(call.input));
      if (id === undefined) await send(city('a', 'be'), city('b', 'be'), city('c', 'xx'));
      else lookedUp.push(id);
      if (id === 'be') await send(recordLine({ id: 'be', name: 'Belgium' }, 'country'));
      await send(RETURNED);
      return {};
    });
    await stack.until(await stack.run());
    const state = async () =>
      (
        await stack.database.query<{ record_id: string; state: string }>(
          sql`select record_id, state from middle.lookup_request order by 1`,
        )
      ).rows;
    const expected = [
      { record_id: 'be', state: 'found' },
      { record_id: 'xx', state: 'gave_up' },
    ];
    const giveUp = performance.now() + 120_000;
    while (performance.now() < giveUp && JSON.stringify(await state()) !== JSON.stringify(expected)) {
      await stack.owner.query(sql`update middle.lookup_request set next_at = now() where state = 'pending'`);
      await sleep(20);
    }
    assert.deepEqual(await state(), expected);
    assert.deepEqual(
      lookedUp.toSorted((a, b) => a.localeCompare(b)),
      ['be', 'xx', 'xx', 'xx'],
    );
  });
});
