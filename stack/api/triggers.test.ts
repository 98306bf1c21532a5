import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { ApiProblem } from '@middle/contract/client.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { addDayPartitions } from '@middle/store/retention.ts';
import { addCounts } from '@middle/store/triggers/counts.ts';
import { addRequeues } from '@middle/store/triggers/requeues.ts';
import { only } from '@middle/store/only.ts';
import { personClient, store, storeVersion, withConnection } from './testing/sample.ts';
import { testServer } from './testing/server.ts';
import type { TestServer } from './testing/server.ts';

let server: TestServer;
let sample: Awaited<ReturnType<typeof withConnection>>;
let workflowId: string;

before(async () => {
  server = await testServer();
  sample = await withConnection(server);
  const definition = workflowDefinitionSchema.parse({
    inputs: [
      {
        key: 'customer',
        title: 'Customer',
        type: { kind: 'record', connection: 'shop', recordType: 'customer' },
      },
      { key: 'pin', title: 'Pin', type: { kind: 'text' }, required: false, protected: true },
    ],
    connections: [{ key: 'shop', title: 'Shop', app: 'shop' }],
  });
  const { database } = server.deps;
  const { rows } = await database.query<{ id: string }>(sql`
    insert into middle.workflow (account_id, name, draft_saved_by, bindings, draft)
    values (${sample.account.id}, 'Welcome', 'test', ${JSON.stringify({ shop: sample.connection.id })},
      ${JSON.stringify(definition)}) returning id`);
  workflowId = only(rows).id;
  const ages = [10, 20, 30, 40];
  const minute = (at: number): Date => new Date(Date.UTC(2026, 0, 1, 0, at));
  const invocation = '01938f6e-0000-7000-8000-000000000000';
  await store(
    server,
    sample.customers.id,
    ages.map((age, at) => ({
      id: `c${at}`,
      data: { id: `c${at}`, name: at === 3 ? null : `N${at}`, age },
      version: at + 1,
      at: minute(at),
      invocation,
    })),
  );
  const today = new Date();
  await addDayPartitions(server.worker, today, 1);
  await server.worker.query(sql`
    update middle.record set updated_at = ${today} where record_set_id = ${sample.customers.id} and id = 'c1'`);
  await storeVersion(server, sample.customers.id, 'c1', {
    version: 1,
    data: { id: 'c1', name: 'Old', age: 19 },
    from: minute(0),
    to: today,
    invocation,
  });
});
after(async () => server[Symbol.asyncDispose]());

const recordTrigger = (more: object = {}) => ({
  kind: 'record' as const,
  name: `T${Math.random()}`,
  connectionId: sample.connection.id,
  recordType: 'customer',
  events: ['created' as const, 'updated' as const],
  input: { customer: 'record' },
  ...more,
});
const daily = { kind: 'daily' as const, time: '06:00', timeZone: 'Europe/Brussels' };

async function problemOf(work: Promise<unknown>): Promise<ApiProblem['problem']> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ApiProblem) return error.problem;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('triggers in the API', () => {
  test('are added, shown, changed, switched and deleted, and each change is in the audit trail', async () => {
    const { client } = server;
    const params = { workflowId };
    const made = await client.createTrigger({ params, body: { definition: recordTrigger({ name: 'New' }) } });
    assert.deepEqual([made.enabled, made.deaf, made.waiting], [false, ['off', 'not_published'], 0]);
    assert.ok(made.definition.kind === 'record' && made.definition.requeueAttempts === 10);
    const triggerParams = { triggerId: made.id };
    const on = await client.updateTrigger({ params: triggerParams, body: { enabled: true } });
    assert.deepEqual([on.enabled, on.deaf], [true, ['not_published']]);
    const { definition } = on;
    assert.ok(
      definition.kind === 'record' && definition.connectionId !== null && definition.recordType !== null,
    );
    const { connectionId, recordType } = definition;
    const changed = await client.updateTrigger({
      params: triggerParams,
      body: { definition: { ...definition, connectionId, recordType, discard: 'record.age < 18' } },
    });
    assert.deepEqual([changed.definition.discard, changed.enabled], ['record.age < 18', true]);
    assert.deepEqual((await client.listTriggers({ params })).items, [changed]);
    await client.deleteTrigger({ params: triggerParams });
    assert.equal((await problemOf(client.getTrigger({ params: triggerParams }))).status, 404);
    const { items } = await client.listAuditEvents({ query: { subjectKind: 'trigger', subjectId: made.id } });
    assert.deepEqual(
      items.map(({ action }) => action),
      ['trigger.delete', 'trigger.update', 'trigger.update', 'trigger.create'],
    );
  });

  test('a switched on schedule says its next ticks, and keeps its kind', async () => {
    const { client } = server;
    const definition = { kind: 'schedule' as const, name: 'Daily', schedule: daily };
    // The record that the workflow needs can't come from a clock.
    const refused = await problemOf(client.createTrigger({ params: { workflowId }, body: { definition } }));
    assert.match(refused.detail, /needs the input “Customer”/);
    const { rows } = await server.deps.database.query<{ id: string }>(sql`
      insert into middle.workflow (account_id, name, draft_saved_by) values (${sample.account.id}, 'Clock', 'test')
      returning id`);
    const params = { workflowId: only(rows).id };
    const made = await client.createTrigger({ params, body: { definition, enabled: true } });
    assert.equal(made.nextTicks.length, 5);
    assert.ok(made.nextTicks.every((tick) => /T0[45]:00:00/.test(tick)));
    const other = await problemOf(
      client.updateTrigger({ params: { triggerId: made.id }, body: { definition: recordTrigger() } }),
    );
    assert.equal(other.code, 'conflict');
    const twice = await problemOf(client.createTrigger({ params, body: { definition } }));
    assert.match(twice.detail, /already has a trigger named “Daily”/);
    const tried = await problemOf(client.tryTrigger({ params: { triggerId: made.id }, body: {} }));
    assert.equal(tried.code, 'conflict');
    const checked = await client.checkTrigger({
      params,
      body: { definition: { ...definition, schedule: { kind: 'hourly', minute: 7 } } },
    });
    assert.ok(checked.nextTicks.every((tick) => tick.includes(':07:00')));
  });

  test('wrong expressions are refused with their place and a suggestion', async () => {
    const { client } = server;
    const definition = recordTrigger({ discard: 'record.agee < 18', input: { customr: 'record' } });
    const problem = await problemOf(client.createTrigger({ params: { workflowId }, body: { definition } }));
    assert.equal(problem.code, 'expression_invalid');
    assert.deepEqual(
      problem.errors?.map(({ path }) => path),
      ['body.definition.discard', 'body.definition.input.customr', 'body.definition.input.customer'],
    );
    const { problems } = await client.checkTrigger({ params: { workflowId }, body: { definition } });
    assert.deepEqual([problems[0]?.start, problems[0]?.end], [7, 11]);
    assert.match(problems[0]?.suggestion ?? '', /age/);
    assert.equal(problems[1]?.suggestion, 'customer');
    const type = await problemOf(
      client.createTrigger({
        params: { workflowId },
        body: { definition: recordTrigger({ recordType: 'custmer' }) },
      }),
    );
    assert.match(type.hint ?? '', /customer/);
  });

  test("another account's connection is like none", async () => {
    const { client } = server;
    const other = await withConnection(server, 'other');
    const definition = recordTrigger({ connectionId: other.connection.id });
    const problem = await problemOf(client.createTrigger({ params: { workflowId }, body: { definition } }));
    assert.match(problem.detail, /has no connection/);
    const reader = await personClient(server, {
      email: 'reader@example.org',
      role: 'member',
      memberships: [{ accountId: sample.account.id, role: 'read_only' }],
    });
    const at = (path: string, init?: RequestInit) => reader.fetch(`${server.baseUrl}/api/v1${path}`, init);
    assert.equal((await at(`/workflows/${workflowId}/triggers`)).status, 200);
    const body = JSON.stringify({ definition: recordTrigger() });
    const headers = { 'content-type': 'application/json' };
    const post = await at(`/workflows/${workflowId}/triggers`, { method: 'POST', body, headers });
    assert.equal(post.status, 403);
    const stranger = await personClient(server, {
      email: 'stranger@example.org',
      role: 'member',
      memberships: [{ accountId: other.account.id, role: 'full' }],
    });
    const hidden = await stranger.fetch(`${server.baseUrl}/api/v1/workflows/${workflowId}/triggers`);
    assert.equal(hidden.status, 404);
  });

  test('a trigger is tried on past changes: it says what it would have done, and does nothing', async () => {
    const { client } = server;
    const definition = recordTrigger({
      discard: 'record.age < 20',
      requeue: 'record.name == null',
      input: { customer: 'record', pin: 'record.name + " was " + text(previous.age)' },
    });
    const trial = await client.tryTriggerDefinition({
      params: { workflowId },
      body: { definition, limit: 1_000 },
    });
    assert.deepEqual(
      [trial.changes, trial.started, trial.discarded, trial.requeued, trial.failed],
      [4, 2, 1, 1, 0],
    );
    const started = trial.examples.find(({ outcome }) => outcome === 'started');
    assert.equal(started?.recordId, 'c1');
    assert.deepEqual(started?.input, { customer: { id: 'c1', name: 'N1', age: 20 }, pin: '[protected]' });
    const made = await client.createTrigger({ params: { workflowId }, body: { definition } });
    const again = await client.tryTrigger({ params: { triggerId: made.id }, body: { limit: 2 } });
    assert.equal(again.changes, 2);
    const { rows } = await server.worker.query(sql`select from middle.execution_open`);
    assert.equal(rows.length, 0);
  });

  test('counts per hour, what waits and what gave up; a person looks again', async () => {
    const { client } = server;
    const { id } = await client.createTrigger({
      params: { workflowId },
      body: { definition: recordTrigger({ requeue: 'record.name == null' }) },
    });
    const now = new Date();
    await addCounts(server.worker, new Map([[id, { started: 3, gave_up: 1 }]]), now);
    await addCounts(server.worker, new Map([[id, { started: 2 }]]), new Date(now.getTime() - 5 * 86_400_000));
    const event = {
      triggerId: id,
      recordSetId: sample.customers.id,
      version: 1,
      event: 'created' as const,
      changedAt: now,
      nextAt: new Date(now.getTime() + 60_000),
    };
    await addRequeues(server.worker, [
      { ...event, recordId: 'c1' },
      { ...event, recordId: 'c2' },
    ]);
    await server.worker.query(sql`
      update middle.trigger_requeue set state = 'gave_up', attempts = 10, reason = 'why' where record_id = 'c1'`);
    const params = { triggerId: id };
    const shown = await client.getTrigger({ params });
    assert.deepEqual(
      [shown.waiting, shown.gaveUp, shown.lastDay.started, shown.lastDay.gaveUp],
      [1, 1, 3, 1],
    );
    assert.equal((await client.listTriggerCounts({ params })).items.length, 1);
    assert.equal((await client.listTriggerCounts({ params, query: { hours: 672 } })).items.length, 2);
    const first = await client.listRequeued({ params, query: { limit: 1 } });
    assert.equal(first.items[0]?.recordId, 'c2');
    const { next } = first;
    assert.ok(next !== null);
    assert.equal((await client.listRequeued({ params, query: { after: next } })).items[0]?.recordId, 'c1');
    assert.deepEqual(await client.retryRequeued({ params, body: {} }), { retried: 1 });
    const waiting = await client.listRequeued({ params, query: { state: 'waiting' } });
    assert.deepEqual(
      waiting.items.map(({ attempts, reason }) => [attempts, reason]),
      [
        [0, null],
        [0, null],
      ],
    );
  });

  test('a deleted connection leaves its triggers deaf; they can only be switched off or given another', async () => {
    const { client } = server;
    const connection = await client.createConnection({
      params: { accountId: sample.account.id },
      body: {
        app: 'shop',
        name: 'Second',
        syncs: 'off',
        credentials: { fields: { user: 'a', secret: 'b' } },
      },
    });
    await server.deps.database.query(
      sql`update middle.workflow set bindings = '{}' where id = ${workflowId}`,
    );
    const { rows } = await server.deps.database.query<{ id: string }>(sql`
      insert into middle.workflow (account_id, name, draft_saved_by) values (${sample.account.id}, 'Any', 'test')
      returning id`);
    const definition = recordTrigger({ connectionId: connection.id, input: {} });
    const { id } = await client.createTrigger({
      params: { workflowId: only(rows).id },
      body: { definition, enabled: true },
    });
    await client.deleteConnection({ params: { connectionId: connection.id } });
    const params = { triggerId: id };
    const { deaf } = await client.getTrigger({ params });
    assert.deepEqual(deaf, ['not_published', 'connection_deleted']);
    assert.equal(
      (await problemOf(client.updateTrigger({ params, body: { enabled: true } }))).code,
      'conflict',
    );
    assert.equal((await client.updateTrigger({ params, body: { enabled: false } })).enabled, false);
  });
});
