import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import * as fc from 'fast-check';
import sql, { raw } from 'sql-template-tag';
import type { ReceivedMessage } from '@middle/cloud/ports/queue.ts';
import { only } from '@middle/store/only.ts';
import { markVanished } from '@middle/store/vanished.ts';
import { APP, intakeWorld, recordLine } from '../testing/intake-world.ts';
import type { IntakeWorld, TestInvocation } from '../testing/intake-world.ts';
import { RecordTypeCache } from './check-records.ts';
import { storeBatch } from './store-batch.ts';

/** A record's id and name; a name of null makes it invalid. */
type Emitted = readonly [id: string, name: string | null];

describe('late messages of a killed attempt', () => {
  let world: IntakeWorld;
  const recordTypes = new RecordTypeCache();
  before(async () => {
    world = await intakeWorld();
  });
  after(() => world[Symbol.asyncDispose]());
  beforeEach(() => clear());

  async function clear(): Promise<void> {
    for (const table of ['record', 'record_version', 'invalid_record', 'transfer_seen']) {
      await world.database.query(raw(`delete from middle.${table}`));
    }
  }

  const line = ([id, name]: Emitted): string =>
    recordLine({ id, name: name ?? 7, population: 1, country: null });
  const store = (...bodies: readonly Buffer[]): ReturnType<typeof storeBatch> => {
    const received = bodies.map((body): ReceivedMessage => {
      return { id: '1', receipt: '1.x', body, receiveCount: 1, sentAt: new Date() };
    });
    return storeBatch({ database: world.database, recordTypes }, received, {
      app: APP,
      tokenKey: world.tokenKey,
    });
  };

  interface Stored {
    readonly id: string;
    readonly name: string;
    readonly version: number;
    readonly deleted: boolean;
  }
  async function stored(): Promise<readonly Stored[]> {
    const { rows } = await world.database.query<Stored>(sql`
      select id, data ->> 'name' as name, version, deleted_at is not null as deleted from middle.record order by id`);
    return rows;
  }

  interface Books {
    readonly created: number;
    readonly updated: number;
    readonly counted: number;
    readonly applied: number;
    readonly versions: number;
    readonly invalid: number;
    readonly setAside: number;
    readonly seen: number;
  }
  async function booksOf({ runId }: TestInvocation): Promise<Books> {
    const { rows } = await world.database.query<Books>(sql`
      select created, updated, invalid, created + updated + unchanged + older + invalid as counted,
        (select sum(applied_records)::int from middle.invocation i where i.sync_run_id = r.id) as applied,
        (select count(*)::int from middle.record_version) as versions,
        (select count(*)::int from middle.invalid_record q where q.sync_run_id = r.id) as "setAside",
        (select count(*)::int from middle.transfer_seen s where s.sync_run_id = r.id) as seen
      from middle.sync_run r where id = ${runId}`);
    return only(rows);
  }

  const endRun = ({ runId }: TestInvocation): Promise<unknown> =>
    world.database.query(
      sql`update middle.sync_run set state = 'succeeded', ended_at = now() where id = ${runId}`,
    );

  test('in whatever order they come, twice or not, before or after the run has ended: the newest wins, each is counted once', async () => {
    const emitted = fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.constantFrom('A', 'B', 'C', null));
    const messages = fc.array(fc.array(emitted, { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(
        messages,
        messages,
        fc.infiniteStream(fc.nat()),
        fc.nat({ max: 100 }),
        async (first, second, choices, endAfter) => {
          await clear();
          const now = Date.now();
          const killed = await world.begin({ complete: true, startedAt: new Date(now - 60_000) });
          const next = await world.begin({ attemptOf: killed, startedAt: new Date(now - 30_000) });
          const bodies = [
            ...first.map((records) => killed.message(records.map(line))),
            ...second.map((records) => next.message(records.map(line))),
          ];
          const deliveries = [...bodies, ...bodies.slice(0, 2)]
            .map((body) => ({ body, order: choices.next().value ?? 0 }))
            .sort((a, b) => a.order - b.order);
          for (const [place, { body }] of deliveries.entries()) {
            if (place === endAfter % deliveries.length) await endRun(killed);
            await store(body);
          }

          const newest = new Map<string, string>();
          for (const [id, name] of [...first.flat(), ...second.flat()]) {
            if (name !== null) newest.set(id, name);
          }
          assert.deepEqual(
            (await stored()).map(({ id, name }) => [id, name]),
            [...newest].sort(([a], [b]) => (a < b ? -1 : 1)),
          );
          const books = await booksOf(killed);
          const all = [...first.flat(), ...second.flat()];
          assert.equal(books.counted, all.length);
          assert.equal(books.applied, all.length);
          assert.equal(books.created, newest.size);
          assert.equal(books.updated, books.versions);
          assert.equal(books.invalid, all.filter(([, name]) => name === null).length);
          assert.equal(books.setAside, books.invalid);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('what a run has marked deleted stays so when an attempt of that run names it late', async () => {
    const earlier = await world.begin({ complete: true, startedAt: new Date(Date.now() - 90_000) });
    await store(earlier.message([line(['gone', 'A']), line(['kept', 'A'])]));
    const killed = await world.begin({ complete: true, startedAt: new Date(Date.now() - 60_000) });
    const late = killed.message([line(['gone', 'B'])]);
    const next = await world.begin({ attemptOf: killed, startedAt: new Date(Date.now() - 30_000) });
    await store(next.message([line(['kept', 'A'])]));
    assert.ok(next.runId !== null);
    await world.database.query(sql`update middle.sync_run set state = 'storing' where id = ${next.runId}`);
    const { startedAt } = killed;
    const transfer = { runId: next.runId, recordSetId: world.cities, invocationId: next.id, startedAt };
    assert.equal(await markVanished(world.database, transfer), 1);
    await endRun(next);
    const { seen } = await booksOf(next);
    await store(late);
    assert.deepEqual(
      (await stored()).map(({ id, name, deleted }) => [id, name, deleted]),
      [
        ['gone', 'A', true],
        ['kept', 'A', false],
      ],
    );
    assert.equal((await booksOf(next)).seen, seen, 'a run that has ended notes nothing any more');
  });
});
