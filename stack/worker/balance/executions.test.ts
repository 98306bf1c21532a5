import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { listAlerts } from '@middle/store/alerts/list.ts';
import { listBalances } from '@middle/store/balance.ts';
import { bookExpired, foldBooks } from '@middle/store/executions/books.ts';
import { endExecutions } from '@middle/store/executions/commit.ts';
import { startExecutions } from '@middle/store/executions/start.ts';
import { dropDayPartitions } from '@middle/store/retention.ts';
import { openListener } from '@middle/store/listen.ts';
import { only } from '@middle/store/only.ts';
import type { StartingTrigger } from '@middle/store/triggers/listening.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { executionWorld } from '../testing/execution-world.ts';
import type { ExecutionWorld } from '../testing/execution-world.ts';
import { Starts } from '../triggers/starts.ts';
import { reconcile } from './balance.ts';

const DAY = 86_400_000;
const log = (): void => {};

function noQueue(): never {
  throw new Error('no app has a connection');
}

async function books(stack: ExecutionWorld) {
  const workflow = await stack.workflow({ steps: [] });
  const clock = { now: () => new Date(), sleep: () => Promise.resolve() };
  const queues = { open: noQueue };
  const all = async () => {
    await reconcile(
      { database: stack.database, queues, log, clock },
      new Date(0),
      new AbortController().signal,
    );
    return listBalances(stack.database);
  };
  return {
    workflow,
    /** Starts executions as of a moment, and ends all but `open` of them. */
    async run(at: Date, states: readonly ('succeeded' | 'failed' | 'cancelled')[], open = 0) {
      const ids = Array.from({ length: states.length + open }, () => uuidv7(at));
      await startExecutions(
        stack.database,
        ids.map((id) => ({ id, workflowId: workflow, version: 1, cause: 'person', input: {} })),
      );
      await stack.database.transaction((client) =>
        endExecutions(
          client,
          states.map((state, index) => ({
            id: ids[index] ?? '',
            state,
            output: null,
            error: null,
            endedIn: null,
            steps: 0,
          })),
        ),
      );
      return ids;
    },
    async counters() {
      return (await all()).find(({ workflowId }) => workflowId === workflow)?.counters;
    },
    async differences() {
      return (await all()).flatMap((balance) => balance.differences.map(({ name }) => name));
    },
  };
}

describe('balance of executions', { timeout: 60_000 }, () => {
  test('what was started is under way, or ended in one of three ways', async () => {
    await using stack = await executionWorld();
    const of = await books(stack);
    await of.run(new Date(), ['succeeded', 'succeeded', 'failed', 'cancelled'], 2);
    assert.deepEqual(await of.differences(), []);
    assert.deepEqual(await of.counters(), {
      started: 6,
      waiting: 2,
      running: 0,
      succeeded: 2,
      failed: 1,
      cancelled: 1,
      expired: 0,
      byTriggers: 0,
    });
    await of.run(new Date(), ['failed']);
    assert.equal((await of.counters())?.['failed'], 2);
    const [kind] = await listBalances(stack.database);
    assert.deepEqual([kind?.workflowName, kind?.accountId, kind?.appKey], ['w1', stack.accountId, null]);
  });

  test('an execution that vanished, or is there twice, is an alert until it is put right', async () => {
    await using stack = await executionWorld();
    const of = await books(stack);
    const [good = '', bad = '', open = ''] = await of.run(new Date(), ['succeeded', 'failed'], 1);
    await of.run(new Date(Date.now() - 3 * DAY), ['succeeded', 'failed'], 1);
    assert.deepEqual(await of.differences(), []);

    const { rows } = await stack.owner.query<{ kept: unknown }>(
      sql`delete from middle.execution e where id = ${good} returning to_jsonb(e) as kept`,
    );
    assert.deepEqual(await of.differences(), ['executions_started', 'executions_succeeded']);
    const alerts = await listAlerts(stack.database, { accounts: null, state: 'open', limit: 10 });
    assert.deepEqual(
      alerts.map(({ kind, subject }) => [kind, subject]),
      [['balance_difference', `workflow:${of.workflow}`]],
    );
    assert.match(alerts[0]?.message ?? '', /3 executions of .* were started, 2 are there/);
    await stack.owner.query(sql`
      insert into middle.execution
      select * from jsonb_populate_record(null::middle.execution, ${JSON.stringify(rows[0]?.kept)}::jsonb)`);
    assert.deepEqual(await of.differences(), []);
    assert.deepEqual(await listAlerts(stack.database, { accounts: null, state: 'open', limit: 10 }), []);

    const again = uuidv7(new Date());
    await stack.owner.query(sql`
      insert into middle.execution
      select p.* from middle.execution e,
        jsonb_populate_record(null::middle.execution, to_jsonb(e) || jsonb_build_object('id', ${again}::text)) p
      where e.id = ${bad}`);
    assert.deepEqual(await of.differences(), ['executions_started', 'executions_failed']);
    await stack.owner.query(sql`delete from middle.execution where id = ${again}`);

    await stack.owner.query(sql`delete from middle.execution_open where id = ${open}`);
    assert.deepEqual(await of.differences(), ['executions_started']);
  });

  test('days that expire move the books, and what ends later is still counted', async () => {
    await using stack = await executionWorld();
    const of = await books(stack);
    const old = new Date(Date.now() - 10 * DAY);
    await stack.owner.query(
      sql`select middle.add_day_partitions(${old.toISOString().slice(0, 10)}::date, 1)`,
    );
    const ids = await of.run(old, ['succeeded', 'succeeded', 'failed'], 1);
    await of.run(new Date(), ['succeeded']);
    assert.equal((await of.counters())?.['started'], 5);

    await dropDayPartitions(stack.database, 'execution', new Date(Date.now() - 5 * DAY));
    assert.deepEqual(await of.differences(), []);
    const { started, waiting, succeeded, failed, expired } = (await of.counters()) ?? {};
    assert.deepEqual([started, waiting, succeeded, failed, expired], [2, 1, 1, 0, 3]);

    const open = ids.at(-1) ?? '';
    await stack.database.transaction((client) =>
      endExecutions(client, [
        { id: open, state: 'failed', output: null, error: null, endedIn: null, steps: 0 },
      ]),
    );
    assert.deepEqual(await of.differences(), []);
    assert.equal((await of.counters())?.['failed'], 1);
    await stack.database.transaction(async (client) => {
      await bookExpired(client, [open]);
      await client.query(sql`delete from middle.execution where id = ${open}`);
    });
    assert.deepEqual(await of.differences(), []);
    assert.equal((await of.counters())?.['expired'], 4);
  });

  test('what triggers counted as started is what was started by them', async () => {
    await using stack = await executionWorld();
    const of = await books(stack);
    const { rows } = await stack.owner.query<{ id: string }>(sql`
      insert into middle.trigger (workflow_id, name, kind) values (${of.workflow}, 'hourly', 'schedule') returning id`);
    const trigger: StartingTrigger = {
      id: only(rows).id,
      workflowId: of.workflow,
      version: 1,
      input: {},
      discard: null,
      requeue: null,
      inputs: [],
      bindings: {},
    };
    const search = { query: () => Promise.reject(new Error('no search here')) };
    const keys = { seal: (plain: Uint8Array) => Promise.resolve(plain) };
    const clock = { now: () => new Date(), sleep: () => Promise.resolve() };
    await using cleanup = new AsyncDisposableStack();
    const listener = openListener(stack.database, log);
    cleanup.defer(() => listener.close());
    const deps = { database: stack.database, listener, search, keys, clock, log, worker: 'test' };
    const starts = new Starts(deps, new Date());
    const error = { code: 'expression_failed', message: 'no', fault: 'user' } as const;
    await starts.add(trigger, { kind: 'start', input: {} }, null);
    await starts.add(trigger, { kind: 'fail', error, input: {} }, null);
    await stack.database.transaction((client) => starts.write(client));
    assert.deepEqual(await of.differences(), []);
    const { started, failed, byTriggers } = (await of.counters()) ?? {};
    assert.deepEqual([started, failed, byTriggers], [2, 1, 2]);
    await stack.owner.query(sql`update middle.trigger_count set started = 2`);
    assert.deepEqual(await of.differences(), ['trigger_executions']);
  });

  test('books that are folded while executions start and end stay even', async () => {
    await using stack = await executionWorld();
    const of = await books(stack);
    const over = new AbortController();
    const folding = (async () => {
      while (!over.signal.aborted) await foldBooks(stack.database);
    })();
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let round = 0; round < 25; round += 1) await of.run(new Date(), ['succeeded', 'failed'], 1);
      }),
    );
    over.abort();
    await folding;
    assert.deepEqual(await of.differences(), []);
    assert.equal((await of.counters())?.['started'], 300);
  });
});
