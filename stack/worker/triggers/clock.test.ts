import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import { nextTick, scheduleSchema } from '@middle/core/workflow/trigger-schedule.ts';
import { openDatabase } from '@middle/store/database.ts';
import { only } from '@middle/store/only.ts';
import { triggerWorld } from '../testing/trigger-world.ts';
import type { TriggerWorld } from '../testing/trigger-world.ts';
import { lookAgain } from './look-again.ts';
import { takePiece } from './changes.ts';
import { fireTicks } from './ticks.ts';
import { holdConsumer } from '@middle/store/outbox.ts';
import { takeChanges } from '@middle/store/triggers/backlog.ts';

const START = new Date('2026-03-28T12:00:30Z');

function fakeClock(): Clock & { pass(seconds: number): Date } {
  let now = START;
  return {
    now: () => now,
    sleep: () => Promise.resolve(),
    pass(seconds) {
      now = new Date(now.getTime() + seconds * 1_000);
      return now;
    },
  };
}

function ticksUntil(schedule: Parameters<typeof nextTick>[0], end: Date): string[] {
  const ticks: string[] = [];
  for (let at = nextTick(schedule, START); at !== null && at <= end; at = nextTick(schedule, at))
    ticks.push(at.toISOString());
  return ticks;
}

const thing = (id: string, amount: number | null, more: object = {}) => ({
  id,
  amount,
  name: null,
  box_id: null,
  ...more,
});

/** One worker's look at the outbox. */
async function hear(world: TriggerWorld): Promise<void> {
  await using deps = world.deps();
  const consumer = await holdConsumer(world.database, { name: 'triggers', owner: 'test', leaseSeconds: 60 });
  assert.ok(consumer !== null);
  // A running transaction of another test file holds the newest changes back.
  for (let at = consumer; !(await world.isEven());) {
    at = (await takeChanges(world.database, at, 500)).consumer ?? at;
    while ((await takePiece(deps, world.things)) > 0);
  }
}

async function requeues(world: TriggerWorld) {
  const { rows } = await world.owner.query<{ state: string; attempts: number; reason: string | null }>(
    sql`select state, attempts, reason from middle.trigger_requeue order by id`,
  );
  return rows;
}

describe('triggers on schedules', () => {
  test('five competing schedulers, 100,000 ticks: each once, none missing', async () => {
    const clock = fakeClock();
    await using world = await triggerWorld(clock);
    const schedules = [
      { kind: 'cron', cron: '* * * * *', timeZone: 'UTC' },
      { kind: 'cron', cron: '* * * * *', timeZone: 'Europe/Brussels' },
      { kind: 'cron', cron: '*/2 * * * *', timeZone: 'Australia/Lord_Howe' },
    ];
    const ids: string[] = [];
    for (let at = 0; at < 1_200; at += 1) {
      const schedule = scheduleSchema.parse(schedules[at % schedules.length]);
      ids.push(
        await world.trigger({
          schedule,
          nextTickAt: nextTick(schedule, START) ?? START,
          // Most are discarded: the point is the tick, not the execution.
          discard: at % 100 === 0 ? null : 'event.kind == "tick"',
        }),
      );
    }
    const schedulers = Array.from({ length: 5 }, () => openDatabase(world.addresses.worker, { max: 1 })).map(
      (database) => ({ ...world.deps({ database }), database }),
    );
    const wins = schedulers.map(() => 0);
    let expected = 0;
    for (let minute = 1; minute <= 100; minute += 1) {
      const now = clock.pass(60);
      expected += minute % 2 === 1 ? 1_200 : 800;
      await Promise.all(
        schedulers.map(async (deps, at) => {
          while (await fireTicks(deps, now)) wins[at] = (wins[at] ?? 0) + 1;
        }),
      );
    }
    for (const deps of schedulers) {
      await deps[Symbol.asyncDispose]();
      await deps.database.close();
    }
    assert.equal(expected, 100_000);
    const { rows } = await world.owner.query<Record<string, number>>(sql`
      select (select count(*)::integer from middle.trigger_tick) as ticks,
        (select count(*)::integer from middle.trigger_tick where execution_id is not null) as starting,
        (select count(*)::integer from middle.execution_open o join middle.trigger_tick k on k.execution_id = o.id
          and k.trigger_id = o.trigger_id) as executions,
        (select count(*)::integer from middle.execution_open) as "allExecutions",
        (select sum(started + discarded)::integer from middle.trigger_count) as counted`);
    const starting = rows[0]?.['starting'] ?? 0;
    assert.ok(starting > 900);
    assert.deepEqual(rows[0], {
      ticks: expected,
      starting,
      executions: starting,
      allExecutions: starting,
      counted: expected,
    });
    // Also none in a wrong place: each trigger has exactly the ticks of its schedule, as the pure core says them.
    const { rows: ticks } = await world.owner.query<{ id: string; at: Date[] }>(
      sql`select trigger_id as id, array_agg(tick order by tick) as at from middle.trigger_tick group by trigger_id`,
    );
    const fired = new Map(ticks.map(({ id, at }) => [id, at.map((tick) => tick.toISOString())]));
    const due = schedules.map((schedule) => ticksUntil(scheduleSchema.parse(schedule), clock.now()));
    for (const [at, id] of ids.entries()) assert.deepEqual(fired.get(id), due[at % due.length]);
    const won = wins.filter((count) => count > 0).length;
    assert.equal(won, wins.length, `only ${won} of the schedulers fired anything`);
  });

  test('a stopped stack makes up for one tick or for none, and never for thousands', async () => {
    const clock = fakeClock();
    await using world = await triggerWorld(clock);
    await using deps = world.deps();
    const every = { kind: 'cron', cron: '* * * * *', timeZone: 'UTC' };
    const once = await world.trigger({ schedule: every, nextTickAt: START, input: { thing: 'event' } });
    const skip = await world.trigger({ schedule: { ...every, missed: 'skip' }, nextTickAt: START });
    const now = clock.pass(30 * 86_400);
    while (await fireTicks(deps, now));
    const started = await world.started();
    assert.deepEqual(
      started.map(({ triggerId, input }) => [triggerId, input]),
      [[once, { thing: { kind: 'tick', at: START.toISOString() } }]],
    );
    const { rows } = await world.owner.query<{ id: string; next: Date }>(
      sql`select id, next_tick_at as next from middle.trigger order by id`,
    );
    const next = new Date('2026-04-27T12:01:00Z');
    assert.deepEqual(
      rows,
      [once, skip].map((id) => ({ id, next })),
    );
  });

  test('ticks of what is switched off are moved over', async () => {
    const clock = fakeClock();
    await using world = await triggerWorld(clock);
    await using deps = world.deps();
    const schedule = { kind: 'hourly', minute: 1 };
    await world.trigger({ schedule, nextTickAt: START });
    await world.owner.query(sql`update middle.workflow set enabled = false`);
    await fireTicks(deps, clock.pass(3_600));
    await world.owner.query(sql`update middle.workflow set enabled = true`);
    await fireTicks(deps, clock.pass(1));
    assert.deepEqual(await world.started(), []);
    await fireTicks(deps, clock.pass(3_600));
    assert.equal((await world.started()).length, 1);
  });
});

describe('events that are looked at again', () => {
  const missing = 'related(record, "box_id") == null';

  test('wait for the related record, and see the record as it is then and as it was before the event', async () => {
    const clock = fakeClock();
    await using world = await triggerWorld(clock);
    await using deps = world.deps();
    const input = { thing: 'record', before: 'previous' };
    const trigger = await world.trigger({ events: ['updated'], requeue: missing, input, requeueSeconds: 60 });
    await world.store(world.things, [thing('a', 1)]);
    await world.store(world.things, [thing('a', 2, { box_id: 'b1' })]);
    await hear(world);
    assert.deepEqual(await requeues(world), [{ state: 'waiting', attempts: 0, reason: null }]);
    await lookAgain(deps, clock.pass(59));
    assert.deepEqual(await requeues(world), [{ state: 'waiting', attempts: 0, reason: null }]);
    await lookAgain(deps, clock.pass(2));
    assert.deepEqual(await requeues(world), [{ state: 'waiting', attempts: 1, reason: null }]);
    await world.store(world.boxes, [{ id: 'b1', name: 'Red' } as { id: string }]);
    await world.owner.query(sql`update middle.trigger set events = '{}'`);
    await world.store(world.things, [thing('a', 3, { box_id: 'b1' })]);
    await hear(world);
    await lookAgain(deps, clock.pass(61));
    assert.deepEqual(await requeues(world), []);
    const [started, ...more] = await world.started();
    assert.deepEqual(more, []);
    assert.deepEqual(
      [started?.version, started?.input],
      [3, { thing: thing('a', 3, { box_id: 'b1' }), before: thing('a', 1) }],
    );
    const counts = { started: 1, discarded: 0, requeued: 1, gaveUp: 0, failed: 0 };
    assert.deepEqual(await world.counts(trigger), counts);
  });

  test('give up visibly after their attempts, or when the record is deleted', async () => {
    const clock = fakeClock();
    await using world = await triggerWorld(clock);
    await using deps = world.deps();
    const trigger = await world.trigger({ requeue: missing, requeueSeconds: 10, requeueAttempts: 3 });
    await world.store(world.things, [thing('a', 1), thing('b', 1)]);
    await hear(world);
    await lookAgain(deps, clock.pass(11));
    await world.remove(world.things, ['b']);
    for (let look = 0; look < 5; look += 1) await lookAgain(deps, clock.pass(11));
    assert.deepEqual(await requeues(world), [
      { state: 'gave_up', attempts: 3, reason: 'its criterion still held after 3 more looks' },
      { state: 'gave_up', attempts: 1, reason: 'the record was deleted meanwhile' },
    ]);
    const counts = { started: 0, discarded: 0, requeued: 2, gaveUp: 2, failed: 0 };
    assert.deepEqual(await world.counts(trigger), counts);
  });

  test('while their trigger is off they wait without losing attempts; a discard criterion is heard first', async () => {
    const clock = fakeClock();
    await using world = await triggerWorld(clock);
    await using deps = world.deps();
    const trigger = await world.trigger({
      discard: 'record.amount > 5',
      requeue: missing,
      requeueAttempts: 2,
    });
    await world.store(world.things, [thing('a', 1)]);
    await hear(world);
    await world.owner.query(sql`update middle.trigger set enabled = false`);
    for (let look = 0; look < 5; look += 1) await lookAgain(deps, clock.pass(61));
    assert.deepEqual(await requeues(world), [{ state: 'waiting', attempts: 0, reason: null }]);
    await world.store(world.things, [thing('a', 6)]);
    await hear(world);
    await world.owner.query(sql`update middle.trigger set enabled = true`);
    await lookAgain(deps, clock.pass(61));
    assert.deepEqual(await requeues(world), []);
    assert.equal((await world.counts(trigger))['discarded'], 1);
  });

  test('three workers at the same ones: each is settled once', async () => {
    const clock = fakeClock();
    await using world = await triggerWorld(clock);
    await using deps = world.deps();
    const trigger = await world.trigger({ requeue: 'record.name == null' });
    const all = Array.from({ length: 900 }, (_, at) => thing(`t${at}`, at));
    await world.store(world.things, all);
    await hear(world);
    await world.owner.query(sql`update middle.trigger set requeue = null`);
    const now = clock.pass(61);
    await Promise.all(
      [1, 2, 3].map(async () => {
        while (await lookAgain(deps, now));
      }),
    );
    while (await lookAgain(deps, now));
    assert.equal((await world.started()).length, 900);
    assert.equal((await world.counts(trigger))['started'], 900);
    assert.equal(
      only((await world.owner.query(sql`select count(*)::integer as n from middle.trigger_requeue`)).rows)[
        'n'
      ],
      0,
    );
  });
});
