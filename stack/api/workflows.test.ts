import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { ApiProblem } from '@middle/contract/client.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { personClient, withConnection } from './testing/sample.ts';
import { testServer } from './testing/server.ts';
import type { TestServer } from './testing/server.ts';

let server: TestServer;
let sample: Awaited<ReturnType<typeof withConnection>>;

before(async () => {
  server = await testServer();
  sample = await withConnection(server);
});
after(async () => server[Symbol.asyncDispose]());

const set = (key: string, value: string) => ({ kind: 'set', key, title: key, variable: 'sum', value });

function definition(steps: readonly object[], more: object = {}) {
  return workflowDefinitionSchema.parse({
    variables: [{ key: 'sum', title: 'Sum', type: { kind: 'number' }, initial: '0' }],
    steps,
    ...more,
  });
}

async function made(draft = definition([set('one', '1')]), more: object = {}) {
  return server.client.createWorkflow({
    params: { accountId: sample.account.id },
    body: { name: `W${Math.random()}`, draft, ...more },
  });
}

async function published(draft = definition([set('one', '1')]), more: object = {}) {
  const { id, draftRevision } = await made(draft, more);
  await server.client.publishWorkflow({ params: { workflowId: id }, body: { revision: draftRevision } });
  return id;
}

async function problemOf(work: Promise<unknown>): Promise<ApiProblem['problem']> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ApiProblem) return error.problem;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('workflows in the API', () => {
  test('are added, listed by name, changed and deleted, and each change is in the audit trail', async () => {
    const { client } = server;
    const params = { accountId: sample.account.id };
    const zebra = await client.createWorkflow({ params, body: { name: 'Zebra' } });
    const ape = await client.createWorkflow({ params, body: { name: 'Ape', atOnce: 3 } });
    assert.deepEqual([ape.version, ape.isDraftChanged, ape.draft.steps, ape.atOnce], [null, true, [], 3]);
    const first = await client.listWorkflows({ params, query: { limit: 1 } });
    assert.deepEqual(
      first.items.map(({ name }) => name),
      ['Ape'],
    );
    const rest = await client.listWorkflows({ params, query: { after: first.next ?? '' } });
    assert.ok(
      rest.items.some(({ name }) => name === 'Zebra') && rest.items.every(({ name }) => name !== 'Ape'),
    );
    assert.deepEqual(
      (await client.listWorkflows({ params, query: { text: 'zEB' } })).items.map(({ id }) => id),
      [zebra.id],
    );
    const workflowId = zebra.id;
    const taken = await problemOf(client.updateWorkflow({ params: { workflowId }, body: { name: 'Ape' } }));
    assert.deepEqual([taken.status, taken.code], [409, 'conflict']);
    const off = await client.updateWorkflow({ params: { workflowId }, body: { enabled: false, notes: 'N' } });
    assert.deepEqual([off.enabled, off.notes, off.name], [false, 'N', 'Zebra']);
    await client.deleteWorkflow({ params: { workflowId } });
    assert.equal((await problemOf(client.getWorkflow({ params: { workflowId } }))).status, 404);
    await client.createWorkflow({ params, body: { name: 'Zebra' } });
    const { items } = await client.listAuditEvents({
      query: { subjectKind: 'workflow', subjectId: workflowId },
    });
    assert.deepEqual(
      items.map(({ action }) => action),
      ['workflow.delete', 'workflow.update', 'workflow.create'],
    );
  });

  test('a draft may be wrong; a save from an older revision is refused and loses nothing', async () => {
    const { client } = server;
    const { id: workflowId, draftRevision } = await made();
    const params = { workflowId };
    const wrong = definition([set('one', 'variables.summ + 1')]);
    const saved = await client.saveWorkflowDraft({
      params,
      body: { definition: wrong, revision: draftRevision },
    });
    assert.deepEqual(
      saved.problems.map(({ path, step, suggestion }) => [path, step, suggestion]),
      [['steps[0].value', 'one', 'sum']],
    );
    const late = await problemOf(
      client.saveWorkflowDraft({ params, body: { definition: definition([]), revision: draftRevision } }),
    );
    assert.deepEqual([late.status, late.code], [409, 'draft_changed']);
    assert.deepEqual((await client.getWorkflow({ params })).draft, wrong);
    const refused = await problemOf(client.publishWorkflow({ params, body: { revision: saved.revision } }));
    assert.deepEqual([refused.status, refused.code], [422, 'workflow_invalid']);
    assert.deepEqual(refused.errors?.[0]?.path, 'steps[0].value');
  });

  test('published versions are numbered, kept, compared and gone back to', async () => {
    const { client } = server;
    const workflowId = await published();
    const params = { workflowId };
    const { draftRevision } = await client.getWorkflow({ params });
    const second = definition([set('one', '2')]);
    const { revision } = await client.saveWorkflowDraft({
      params,
      body: { definition: second, revision: draftRevision },
    });
    assert.equal((await client.getWorkflow({ params })).isDraftChanged, true);
    const version = await client.publishWorkflow({ params, body: { revision, notes: 'Two' } });
    assert.deepEqual([version.version, version.isInForce, version.notes], [2, true, 'Two']);
    const { isDraftChanged } = await client.getWorkflow({ params });
    assert.equal(isDraftChanged, false);
    const { items } = await client.compareWorkflowVersions({ params, query: { from: '1', to: 'draft' } });
    assert.deepEqual(
      items.map(({ key, change, fields }) => [key, change, fields]),
      [['one', 'changed', [{ path: 'value', before: '1', after: '2' }]]],
    );
    const back = await client.restoreWorkflowVersion({ params: { workflowId, version: 1 }, body: {} });
    assert.equal(back.version, 3);
    const old = await client.getWorkflowVersion({ params: { workflowId, version: 3 } });
    assert.deepEqual([old.isInForce, old.definition], [true, definition([set('one', '1')])]);
    const page = await client.listWorkflowVersions({ params, query: { limit: 2 } });
    const more = await client.listWorkflowVersions({ params, query: { after: page.next ?? '' } });
    assert.deepEqual(
      [...page.items, ...more.items].map((one) => [one.version, one.isInForce]),
      [
        [3, true],
        [2, false],
        [1, false],
      ],
    );
    const none = await problemOf(client.getWorkflowVersion({ params: { workflowId, version: 9 } }));
    assert.equal(none.status, 404);
  });

  test('two who publish at once get two versions', async () => {
    const { client } = server;
    const { id: workflowId, draftRevision: revision } = await made();
    const all = await Promise.all(
      [1, 2, 3].map(() => client.publishWorkflow({ params: { workflowId }, body: { revision } })),
    );
    assert.deepEqual(
      all.map(({ version }) => version).sort((a, b) => a - b),
      [1, 2, 3],
    );
  });

  test('connections fill slots: of this account only, of the slot’s app, and so that what is published works', async () => {
    const { client } = server;
    const other = await withConnection(server, 'other');
    const { account, connection } = sample;
    const params = { accountId: account.id };
    const slot = { key: 'shop', title: 'Shop', app: 'shop' };
    const foreign = await problemOf(
      client.createWorkflow({ params, body: { name: 'Foreign', bindings: { shop: other.connection.id } } }),
    );
    assert.deepEqual([foreign.status, foreign.errors?.[0]?.path], [400, 'body.bindings.shop']);
    const wait = {
      kind: 'wait',
      key: 'wait',
      title: 'Wait',
      until: {
        kind: 'record',
        source: { connection: 'shop', recordType: 'customer' },
        id: '"1"',
        criteria: 'record != null && record.age > 3',
      },
    };
    const draft = definition([wait], { connections: [slot] });
    const { id: workflowId, draftRevision: revision } = await made(draft);
    const unbound = await problemOf(client.publishWorkflow({ params: { workflowId }, body: { revision } }));
    assert.match(unbound.detail, /No connection fills “shop” yet/);
    await client.updateWorkflow({ params: { workflowId }, body: { bindings: { shop: connection.id } } });
    await client.publishWorkflow({ params: { workflowId }, body: { revision } });
    const emptied = await problemOf(
      client.updateWorkflow({ params: { workflowId }, body: { bindings: {} } }),
    );
    assert.deepEqual([emptied.status, emptied.code], [422, 'workflow_invalid']);
    const place = { kind: 'step' as const, key: 'wait' };
    const { scope, connections } = await client.getWorkflowScope({
      params: { workflowId },
      body: { definition: draft, place },
    });
    assert.deepEqual(scope['record'], {
      kind: 'record',
      connection: 'shop',
      recordType: 'customer',
      nullable: true,
    });
    const checked = await client.checkExpression({
      params: { accountId: account.id },
      body: { source: 'record.agee > 3', scope, connections },
    });
    assert.equal(checked.problems[0]?.suggestion, 'age');
    const wrongApp = definition([wait], { connections: [{ ...slot, app: 'bank' }] });
    const { problems } = await client.checkWorkflow({
      params: { workflowId },
      body: { definition: wrongApp },
    });
    assert.deepEqual(
      problems.map(({ path, suggestion }) => [path, suggestion]),
      [['connections[0].app', 'shop']],
    );
  });

  test('a workflow of another account can’t be called, and one that is called can’t be deleted', async () => {
    const { client } = server;
    const called = await published();
    const call = definition([{ kind: 'call', key: 'call', title: 'Call', workflow: called, input: {} }]);
    const caller = await published(call, { name: 'Caller' });
    const refused = await problemOf(client.deleteWorkflow({ params: { workflowId: called } }));
    assert.deepEqual([refused.status, refused.code], [409, 'conflict']);
    assert.match(refused.detail, /“Caller”/);
    await client.deleteWorkflow({ params: { workflowId: caller } });
    const stranger = await client.createAccount({ body: { key: 'stranger', name: 'Stranger' } });
    const theirs = await client.createWorkflow({
      params: { accountId: stranger.id },
      body: { name: 'Spy', draft: call },
    });
    const { problems } = await client.checkWorkflow({
      params: { workflowId: theirs.id },
      body: { definition: call },
    });
    assert.match(problems[0]?.message ?? '', /no published workflow with this id in this account/);
    await client.deleteWorkflow({ params: { workflowId: called } });
  });

  test('an execution is started by hand with checked inputs, and protected ones are sealed', async () => {
    const { client } = server;
    const inputs = [
      { key: 'name', title: 'Name', type: { kind: 'text' } },
      { key: 'pin', title: 'Pin', type: { kind: 'text' }, required: false, protected: true },
    ];
    const draft = definition([set('one', '1')], { inputs });
    const { id } = await made(draft);
    const never = await problemOf(client.startWorkflow({ params: { workflowId: id }, body: {} }));
    assert.match(never.detail, /never published/);
    const workflowId = await published(draft);
    const params = { workflowId };
    const wrong = await problemOf(client.startWorkflow({ params, body: { input: { nam: 1 } } }));
    assert.deepEqual(
      wrong.errors?.map(({ path }) => path),
      ['body.input.name', 'body.input.nam'],
    );
    const started = await client.startWorkflow({
      params,
      body: { input: { name: 'my 12345', pin: '12345' } },
    });
    const { rows } = await server.deps.database.query<{ input: object; sealed: Uint8Array; by: string }>(sql`
      select input, sealed, started_by as by from middle.execution_open where id = ${started.id}`);
    assert.deepEqual(rows[0]?.input, { name: 'my [protected]', pin: '[protected]' });
    assert.ok(rows[0].sealed.length > 0 && rows[0].by !== '');
    await client.updateWorkflow({ params, body: { enabled: false } });
    const off = await problemOf(client.startWorkflow({ params, body: { input: { name: 'x' } } }));
    assert.deepEqual([off.status, off.code], [409, 'conflict']);
    await client.deleteWorkflow({ params });
    const { rows: open } = await server.deps.database.query<{ cancelled: boolean }>(sql`
      select cancel_requested_at is not null as cancelled from middle.execution_open where id = ${started.id}`);
    assert.deepEqual(open, [{ cancelled: true }]);
  });

  test('a trigger that is on keeps a version that it can’t feed from being published', async () => {
    const { client } = server;
    const workflowId = await published();
    const params = { workflowId };
    await client.createTrigger({
      params,
      body: {
        definition: {
          kind: 'schedule',
          name: 'Daily',
          schedule: { kind: 'daily', time: '06:00', timeZone: 'UTC' },
        },
        enabled: true,
      },
    });
    const { draftRevision } = await client.getWorkflow({ params });
    const inputs = [{ key: 'name', title: 'Name', type: { kind: 'text' } }];
    const { revision } = await client.saveWorkflowDraft({
      params,
      body: { definition: definition([set('one', '1')], { inputs }), revision: draftRevision },
    });
    const refused = await problemOf(client.publishWorkflow({ params, body: { revision } }));
    assert.match(refused.detail, /“Daily” is on/);
  });

  test('people with read access see everything and change nothing', async () => {
    const workflowId = await published();
    const { account } = sample;
    const reader = await personClient(server, {
      email: 'reader@example.com',
      role: 'member',
      memberships: [{ accountId: account.id, role: 'read_only' }],
    });
    const path = `${server.baseUrl}/api/v1/workflows/${workflowId}`;
    const headers = { 'content-type': 'application/json', origin: server.baseUrl };
    const changes = [
      { path, method: 'PATCH', body: '{"name":"Mine"}' },
      { path, method: 'DELETE' },
      { path: `${path}/executions`, method: 'POST', body: '{}' },
      { path: `${path}/versions`, method: 'POST', body: '{"revision":1}' },
    ];
    assert.equal((await reader.fetch(path)).status, 200);
    for (const { path: at, ...change } of changes) {
      assert.equal((await reader.fetch(at, { ...change, headers })).status, 403, `${change.method} ${at}`);
    }
    const outsider = await server.client.createAccount({ body: { key: 'outside', name: 'Outside' } });
    const stranger = await personClient(server, {
      email: 'stranger@example.com',
      role: 'member',
      memberships: [{ accountId: outsider.id, role: 'full' }],
    });
    assert.equal((await stranger.fetch(path)).status, 404);
    const { path: at, ...start } = { path: `${path}/executions`, method: 'POST', body: '{}' };
    assert.equal((await stranger.fetch(at, { ...start, headers })).status, 404);
  });
});
