import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { backloggedSets } from '@middle/store/triggers/backlog.ts';
import { oldTransactionsOver } from '../testing/horizon.ts';
import { triggerWorld } from '../testing/trigger-world.ts';
import type { TriggerWorld } from '../testing/trigger-world.ts';
import type { TriggerDeps } from './deps.ts';
import { startTriggers } from './triggers.ts';

/** The limit is only against hanging. */
async function until(
  what: string,
  holds: () => Promise<boolean>,
  said: readonly string[] = [],
): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    assert.ok(performance.now() < end, `waited too long until ${what}: ${said.slice(-3).join('; ')}`);
    await sleep(10);
  }
}

function running(world: TriggerWorld, more: Partial<TriggerDeps> = {}): AsyncDisposable {
  const cleanup = new AsyncDisposableStack();
  const deps = cleanup.use(world.deps(more));
  const triggers = startTriggers(deps);
  cleanup.defer(() => triggers.stop());
  return cleanup;
}

/** Lets triggers run until everything stored before is decided on. */
async function settle(world: TriggerWorld, more: Partial<TriggerDeps> = {}): Promise<void> {
  await using _run = running(world, more);
  await until('everything is decided on', () => world.isEven(), world.logged);
}

const sorted = (texts: readonly string[]): readonly string[] => texts.toSorted((a, b) => (a < b ? -1 : 1));

const thing = (
  id: string,
  amount: number | null,
  more: { readonly box_id?: string; readonly name?: string } = {},
) => ({
  id,
  amount,
  name: null,
  box_id: null,
  ...more,
});

describe('triggers on records', () => {
  test('an execution gets the record as the change left it and as it was before, however often it changed since', async () => {
    await using world = await triggerWorld();
    const input = { thing: 'record', before: 'previous', amount: 'record.amount' };
    const trigger = await world.trigger({ input });
    for (const amount of [1, 2, 3]) await world.store(world.things, [thing('a', amount)]);
    await settle(world);
    const started = await world.started();
    assert.deepEqual(
      started.map((one) => ({ version: one.version, input: one.input, state: one.state })),
      [1, 2, 3].map((amount) => ({
        version: amount,
        input: {
          amount,
          thing: thing('a', amount),
          before: amount === 1 ? null : thing('a', amount - 1),
        },
        state: 'open',
      })),
    );
    assert.ok(started.every(({ triggerId, recordId }) => triggerId === trigger && recordId === 'a'));
    assert.equal((await world.counts(trigger))['started'], 3);
  });

  test('hears only of its events, of its record set, and not of unchanged or deleted records', async () => {
    await using world = await triggerWorld();
    const created = await world.trigger({ events: ['created'] });
    const updated = await world.trigger({ events: ['updated'] });
    const boxed = await world.trigger({ recordSet: world.boxes });
    await world.store(world.things, [thing('a', 1), thing('b', 1)]);
    await world.store(world.things, [thing('a', 1), thing('b', 2)]);
    await world.remove(world.things, ['a']);
    await settle(world);
    const heard = (await world.started()).map(({ triggerId, recordId }) => `${triggerId} ${recordId ?? ''}`);
    assert.deepEqual(sorted(heard), sorted([`${created} a`, `${created} b`, `${updated} b`]));
    assert.equal((await world.counts(boxed))['started'], 0);
  });

  test('what is discarded leaves no execution, only a count', async () => {
    await using world = await triggerWorld();
    const trigger = await world.trigger({ discard: 'record.amount < 10' });
    await world.store(
      world.things,
      Array.from({ length: 500 }, (_, at) => thing(`t${at}`, at)),
    );
    await settle(world);
    assert.equal((await world.started()).length, 490);
    const counts = { started: 490, discarded: 10, requeued: 0, gaveUp: 0, failed: 0 };
    assert.deepEqual(await world.counts(trigger), counts);
  });

  test('passes over what comes while it, its workflow or its account is off, or was stored before it was on', async () => {
    await using world = await triggerWorld();
    await world.store(world.things, [thing('before', 1)]);
    const trigger = await world.trigger({});
    await world.owner.query(sql`update middle.trigger set enabled_since = clock_timestamp()`);
    await settle(world);
    const switches = [
      [sql`update middle.trigger set enabled = false`, sql`update middle.trigger set enabled = true`],
      [sql`update middle.workflow set enabled = false`, sql`update middle.workflow set enabled = true`],
      [sql`update middle.workflow set version = null`, sql`update middle.workflow set version = 1`],
      [sql`update middle.account set enabled = false`, sql`update middle.account set enabled = true`],
    ] as const;
    for (const [index, [off, on]] of switches.entries()) {
      await world.owner.query(off);
      await world.store(world.things, [thing(`off${index}`, 1)]);
      await settle(world);
      await world.owner.query(on);
    }
    await world.store(world.things, [thing('on', 1)]);
    await settle(world);
    assert.deepEqual(
      (await world.started()).map(({ recordId }) => recordId),
      ['on'],
    );
    assert.equal((await world.counts(trigger))['started'], 1);
  });

  test('an expression that fails leaves a failed execution', async () => {
    await using world = await triggerWorld();
    const trigger = await world.trigger({ discard: 'record.amount == 5' });
    // Wrong since the record type changed: found at each event.
    const wrong = await world.trigger({ discard: 'record.missing == 1' });
    await world.store(world.things, [thing('a', 1), thing('b', 5)]);
    await settle(world);
    const failed = (await world.started()).filter(({ triggerId }) => triggerId === wrong);
    assert.deepEqual(
      failed.map(({ state, error }) => [state, error?.code]),
      [
        ['failed', 'expression_invalid'],
        ['failed', 'expression_invalid'],
      ],
    );
    assert.match(failed[0]?.error?.message ?? '', /discard of the trigger/);
    assert.equal((await world.counts(wrong))['failed'], 2);
    assert.equal((await world.counts(trigger))['discarded'], 1);
  });

  test('protected inputs are sealed and shown nowhere', async () => {
    await using world = await triggerWorld();
    await world.trigger({ input: { secret: 'record.name', thing: 'record' } });
    await world.store(world.things, [thing('a', 1, { name: 'Sesame-42' })]);
    await settle(world);
    const [started] = await world.started();
    assert.equal(started?.input['secret'], '[protected]');
    assert.ok(!JSON.stringify(started?.input).includes('Sesame'));
    assert.deepEqual(JSON.parse(Buffer.from(started?.sealed ?? []).toString()), { secret: 'Sesame-42' });
  });

  test('sees related records, fetched for many at once', async () => {
    await using world = await triggerWorld();
    await world.trigger({ input: { amount: 'record.amount', before: 'related(record, "box_id").name' } });
    await world.store(world.boxes, [{ id: 'b1', name: 'Red' } as { id: string }]);
    await world.store(world.things, [thing('a', 1, { box_id: 'b1' }), thing('b', 2, { box_id: 'none' })]);
    await settle(world);
    assert.deepEqual(sorted((await world.started()).map(({ input }) => String(input['before']))), [
      'Red',
      'null',
    ]);
  });

  test('sees the records that name its record, many more in all than are held at a time', async () => {
    await using world = await triggerWorld();
    await world.trigger({ recordSet: world.boxes, input: { before: 'length(related(record, "thing"))' } });
    const all = ['b1', 'b2', 'b3', 'b4'].flatMap((box) =>
      Array.from({ length: 400 }, (_, at) => thing(`${box}-${at}`, at, { box_id: box })),
    );
    await world.store(world.things, all);
    await world.store(
      world.boxes,
      ['b1', 'b2', 'b3', 'b4'].map((id) => ({ id, name: id })),
    );
    await settle(world, {
      search: {
        query: ({ filters }) =>
          Promise.resolve({ hits: all.filter(({ box_id }) => box_id === filters[0]?.value) }),
      },
    });
    assert.deepEqual(
      (await world.started()).map(({ input, state }) => [input['before'], state]),
      [1, 2, 3, 4].map(() => [400, 'open']),
    );
  });

  test('executions that wait for a record wake when it changes or vanishes, with or without triggers', async () => {
    await using world = await triggerWorld();
    await world.store(world.things, [thing('a', 1), thing('b', 1)]);
    await settle(world);
    for (const id of ['a', 'b', 'c']) {
      await world.owner.query(sql`
        with open as (
          insert into middle.execution_open (account_id, workflow_id, version, cause, input, state, next_at)
          values (${world.accountId}, ${world.workflowId}, 1, 'person', '{}', 'waiting', now() + interval '1 day')
          returning id
        ) insert into middle.execution_wait (execution_id, record_set_id, record_id) select id, ${world.things}, ${id} from open`);
    }
    await world.store(world.things, [thing('a', 2)]);
    await world.remove(world.things, ['b']);
    await settle(world);
    const { rows } = await world.owner.query<{ id: string; state: string }>(sql`
      select w.record_id as id, state from middle.execution_wait w join middle.execution_open o on o.id = execution_id order by w.record_id`);
    assert.deepEqual(
      rows.map(({ id, state }) => `${id} ${state}`),
      ['a ready', 'b ready', 'c waiting'],
    );
  });

  test('a flood in one record set delays another no longer than a turn', async () => {
    await using world = await triggerWorld();
    await world.trigger({});
    await world.trigger({ recordSet: world.boxes });
    const flood = Array.from({ length: 6_000 }, (_, at) => thing(`t${at}`, at));
    await world.store(world.things, flood.slice(0, 3_000));
    await world.store(world.things, flood.slice(3_000));
    await world.store(world.boxes, [{ id: 'b1', name: 'Red' } as { id: string }]);
    await oldTransactionsOver(world.database);
    await settle(world);
    const started = await world.started();
    assert.equal(started.length, 6_001);
    const place = started.findIndex(({ recordId }) => recordId === 'b1');
    assert.ok(place <= 400, `the box came after ${place} things`);
  });

  test('a change that the database refuses holds up only its own record set', async () => {
    await using world = await triggerWorld();
    await world.trigger({});
    await world.trigger({ recordSet: world.boxes });
    await world.owner.query(sql`
      alter table middle.execution_open add constraint no_bad check (record_id <> 'bad')`);
    await world.store(world.things, [thing('bad', 1)]);
    await world.store(world.boxes, [{ id: 'b1', name: 'Red' } as { id: string }]);
    await using _run = running(world);
    await until('the box has started', async () => (await world.started()).length === 1);
    assert.deepEqual(await backloggedSets(world.database), [world.things]);
    assert.ok(world.logged.some((line) => line.includes(`record set ${world.things}`)));
  });

  test('killed at any moment: each change starts its execution once, none is lost', async () => {
    await using world = await triggerWorld();
    const trigger = await world.trigger({ input: { amount: 'record.amount' } });
    const second = await world.trigger({ discard: 'record.amount % 2 == 0' });
    const program = path.join(import.meta.dirname, '../testing/triggers-process.ts');
    let changes = 0;
    for (let round = 0; round < 4; round += 1) {
      // Two at a time, of which one dies: leases move from one to the other.
      const children = ['a', 'b'].map((name) => {
        const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
        child.stdin.end(JSON.stringify({ database: world.addresses.worker, worker: `${name}${round}` }));
        return child;
      });
      await Promise.all(children.map((child) => once(child.stdout, 'data')));
      for (let batch = 0; batch < 8; batch += 1) {
        await world.store(
          world.things,
          Array.from({ length: 100 }, (_, at) => thing(`t${at + batch * 50}`, round * 100 + batch)),
        );
        changes += 100;
        if (batch === 3 + (round % 3)) children[0]?.kill('SIGKILL');
      }
      for (const child of children) {
        const ended = once(child, 'exit');
        if (child.kill('SIGKILL')) await ended;
      }
    }
    await settle(world, { worker: 'survivor' });
    const { rows } = await world.owner.query<{ written: number; distinct: number; executions: number }>(sql`
      select count(*)::integer as executions, count(distinct (record_id, record_version))::integer as distinct,
        (select sum(version)::integer from middle.record where record_set_id = ${world.things}) as written
      from middle.execution_open where trigger_id = ${trigger}`);
    assert.deepEqual(rows[0], { executions: changes, distinct: changes, written: changes });
    assert.equal((await world.counts(trigger))['started'], changes);
    const counted = await world.counts(second);
    assert.equal((counted['started'] ?? 0) + (counted['discarded'] ?? 0), changes);
    const same = await world.owner.query<{ wrong: number }>(sql`
      select count(*)::integer as wrong from middle.execution_open o
      join middle.record r on r.record_set_id = o.record_set_id and r.id = o.record_id and r.version = o.record_version
      where o.trigger_id = ${trigger} and o.input -> 'amount' <> r.data -> 'amount'`);
    assert.equal(same.rows[0]?.wrong, 0);
  });
});
