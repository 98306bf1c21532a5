import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { createClient } from '@middle/contract/client.ts';
import type { EndpointName } from '@middle/contract/client.ts';
import { API_PREFIX } from '@middle/contract/endpoint.ts';
import type { Endpoint } from '@middle/contract/endpoint.ts';
import { endpoints } from '@middle/contract/endpoints.ts';
import { keysOf } from '@middle/contract/shared.ts';
import { localQueues } from '@middle/cloud/local/queue.ts';
import { allows, PERMISSIONS } from '@middle/core/permissions.ts';
import { browser, personClient, samplePackage, store, withConnection } from './testing/sample.ts';
import { testServer } from './testing/server.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import type { TestServer } from './testing/server.ts';

/** A secret of the account that the asking person is not in; it must never come back. */
const SECRET = 'belongs-to-somebody-else';

let server: TestServer;
let theirs: Readonly<Record<string, string>> = {};
let ours: Readonly<Record<string, string>> = {};
let theirAccount = '';
let fetches: Record<'full' | 'readOnly' | 'developer' | 'developerReading' | 'nowhere', typeof fetch>;

before(async () => {
  server = await testServer();
  theirs = await accountWithData('theirs');
  ours = await accountWithData('ours');
  theirAccount = theirs['accountId'] ?? '';
  const accountId = ours['accountId'] ?? '';
  const sign = async (
    email: string,
    role: 'developer' | 'developer_read_only' | 'member',
    own?: 'full' | 'read_only',
  ) =>
    (
      await personClient(server, {
        email,
        role,
        memberships: own === undefined ? [] : [{ accountId, role: own }],
      })
    ).fetch;
  fetches = {
    full: await sign('full@example.com', 'member', 'full'),
    readOnly: await sign('reader@example.com', 'member', 'read_only'),
    developer: await sign('developer@example.com', 'developer'),
    developerReading: await sign('looker@example.com', 'developer_read_only'),
    nowhere: await sign('nowhere@example.com', 'member'),
  };
});

after(async () => server[Symbol.asyncDispose]());

const DAILY = {
  kind: 'schedule' as const,
  name: SECRET,
  schedule: { kind: 'daily' as const, time: '06:00', timeZone: 'UTC' },
};

const MODULE = {
  format: 'middle.module/1',
  key: 'module',
  title: 'Module',
  workflows: [{ key: 'w', name: 'W', definition: {} }],
  features: [{ key: 'all', title: 'All', workflows: ['w'] }],
};

/** An account with one of everything that can belong to an account. */
async function accountWithData(key: string): Promise<Readonly<Record<string, string>>> {
  const { client, worker } = server;
  const { account, connection, customers } = await withConnection(server, key);
  await client.updateConnection({
    params: { connectionId: connection.id },
    body: { name: `${SECRET} ${key}` },
  });
  await store(server, customers.id, [{ id: 'c1', data: { id: 'c1', name: `${SECRET} ${key}`, age: 1 } }]);
  const [sync] = customers.syncs;
  assert(sync !== undefined);
  const run = await client.runSync({ params: { syncId: sync.id }, body: {} });
  const job = await client.reprocessInvalidRecords({ params: { connectionId: connection.id }, body: {} });
  await worker.query(sql`select middle.add_day_partitions(current_date - 1, 3)`);
  const invocation = await worker.query<{ id: string }>(sql`
    insert into middle.invocation (sync_run_id, connection_id, app_id, app_version_id, function_key, kind)
    select ${run.id}, c.id, c.app_id, c.app_version_id, ${SECRET}, 'sync' from middle.connection c
    where c.id = ${connection.id} returning id`);
  const invocationId = invocation.rows[0]?.id ?? '';
  const invalid = await worker.query<{ id: string }>(sql`
    insert into middle.invalid_record (record_set_id, connection_id, record_type, record_id, invocation_id, sync_run_id,
      origin_started_at, origin_sequence, data, problems)
    values (${customers.id}, ${connection.id}, 'customer', ${SECRET}, ${invocationId}, ${run.id}, now(), 1,
      ${JSON.stringify({ id: SECRET })}, '[]') returning id`);
  await worker.query(sql`
    insert into middle.lookup_request (record_set_id, record_id, state) values (${customers.id}, ${SECRET}, 'gave_up')`);
  const { id: workflowId } = await client.createWorkflow({
    params: { accountId: account.id },
    body: {
      name: `${SECRET} ${key}`,
      draft: {
        variables: [{ key: 'x', title: SECRET, type: { kind: 'text' }, initial: '""' }],
        steps: [{ kind: 'set', key: 'a', title: SECRET, variable: 'x', value: '"1"' }],
      },
    },
  });
  await client.publishWorkflow({ params: { workflowId }, body: { revision: 1, notes: SECRET } });
  const trigger = await client.createTrigger({ params: { workflowId }, body: { definition: DAILY } });
  const execution = await client.startWorkflow({ params: { workflowId }, body: {} });
  const fileId = uuidv7(new Date());
  await server.worker.query(sql`
    insert into middle.export_file (id, account_id, execution_id, place, name, content_type, bytes, stored_at, expires_at)
    values (${fileId}, ${account.id}, ${execution.id}, 'file', ${SECRET}, 'text/csv', 0, now(), now() + interval '1 day')`);
  const { apiKey } = await client.createApiKey({ params: { accountId: account.id }, body: { name: SECRET } });
  const alert = await worker.query<{ id: string }>(sql`
    insert into middle.alert (kind, subject, account_id, message)
    values ('workflow_failing', ${`workflow:${workflowId}`}, ${account.id}, ${SECRET}) returning id`);
  const { channel } = await client.createAlertChannel({
    params: { accountId: account.id },
    body: { name: SECRET, kind: 'webhook', url: 'https://example.com/hook' },
  });
  return {
    accountId: account.id,
    alertId: alert.rows[0]?.id ?? '',
    alertChannelId: channel.id,
    kind: 'workflow_failing',
    apiKeyId: apiKey.id,
    workflowId,
    version: '1',
    triggerId: trigger.id,
    executionId: execution.id,
    fileId,
    requestId: randomUUID(),
    connectionId: connection.id,
    recordType: 'customer',
    recordId: 'c1',
    relatedType: 'order',
    attribute: 'customer',
    syncId: sync.id,
    runId: run.id,
    jobId: job.id,
    invocationId,
    invalidRecordId: invalid.rows[0]?.id ?? '',
  };
}

/** Bodies and queries that are right, so that only the permission can refuse them. */
const BODIES: Partial<Record<EndpointName, unknown>> = {
  checkExpression: { source: '1', scope: {} },
  completeExpression: { source: '1', scope: {}, cursor: 0 },
  evaluateExpression: { source: '1', scope: {} },
  createConnection: { app: 'shop', name: 'Another' },
  setCredentials: { fields: { user: 'eve', secret: 'x' } },
  moveConnection: { version: '1.0.0' },
  allowDevelopmentHosts: { hosts: [] },
  createAlertChannel: { name: 'Channel', kind: 'webhook', url: 'https://example.com' },
  createStackAlertChannel: { name: 'Channel', kind: 'webhook', url: 'https://example.com' },
  setAlertRule: { enabled: true },
  setStackAlertRule: { enabled: true },
  allowPrivateAddresses: { allowed: false },
  setMailServer: { host: 'mail.example.com', from: 'middle@example.com' },
  testMailServer: { to: 'a@example.com' },
  createApiKey: { name: 'Key' },
  createWorkflow: { name: 'Workflow' },
  putWorkflowEndpoint: { name: 'endpoint' },
  deleteWebhookRequests: { ids: [randomUUID()] },
  saveWorkflowDraft: { definition: {}, revision: 1 },
  checkWorkflow: { definition: {} },
  getWorkflowScope: { definition: {}, place: { kind: 'output' } },
  publishWorkflow: { revision: 1 },
  chooseModule: { features: ['all'] },
  publishModuleFromAccount: {
    key: 'module',
    title: 'Module',
    features: [{ key: 'all', title: 'All', workflows: [randomUUID()] }],
  },
  publishModule: { content: MODULE },
  createTrigger: { definition: DAILY },
  checkTrigger: { definition: DAILY },
  tryTriggerDefinition: { definition: DAILY },
  replayExecution: { against: 'draft' },
  replayExecutions: { against: 'draft' },
};
/** They change nothing: what they ask about doesn't fit into an address. */
const ASKING: ReadonlySet<EndpointName> = new Set([
  'createFileLink',
  'checkExpression',
  'completeExpression',
  'evaluateExpression',
  'checkWorkflow',
  'getWorkflowScope',
  'checkTrigger',
  'tryTriggerDefinition',
  'tryTrigger',
]);
const QUERIES: Partial<Record<EndpointName, string>> = {
  searchAccount: '?text=somebody',
  deleteAccount: '?confirm=theirs',
  compareRecord: '?from=2020-01-01T00:00:00Z',
};

function ask(
  name: EndpointName,
  params: Readonly<Record<string, string>>,
  send: typeof fetch,
): Promise<Response> {
  const endpoint: Endpoint = endpoints[name];
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, param: string) =>
    encodeURIComponent(params[param] ?? 'x'),
  );
  const body = endpoint.body === undefined ? {} : { body: JSON.stringify(BODIES[name] ?? {}) };
  return send(server.baseUrl + API_PREFIX + path + (QUERIES[name] ?? ''), {
    method: endpoint.method,
    ...body,
    ...(endpoint.body === undefined ? {} : { headers: { 'content-type': 'application/json' } }),
  });
}

/** What the live stream tells, until it has told this. */
async function streamed(send: typeof fetch, until: RegExp): Promise<string> {
  const response = await ask('streamEvents', {}, send);
  assert.equal(response.status, 200);
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk);
    if (until.test(text)) return text;
  }
  throw new Error(`the stream ended before it told ${String(until)}: ${text}`);
}

const names = keysOf(endpoints);

/** Endpoints whose path names something that belongs to an account. */
const SUBJECT =
  /\{(accountId|apiKeyId|connectionId|syncId|runId|jobId|invocationId|invalidRecordId|workflowId|triggerId|executionId|alertId|alertChannelId)\}/;
const inAccounts = names.filter((name) => SUBJECT.test(endpoints[name].path));
/** Lists over accounts: what is not visible is left out. */
const lists: readonly EndpointName[] = [
  'listAccounts',
  'listConnections',
  'listSyncRuns',
  'listInvocations',
  'listInvalidRecords',
  'getBalance',
  'listAlerts',
];

describe('an account is closed to people of other accounts', () => {
  test('nothing of it is found through any endpoint that names it', async () => {
    assert(inAccounts.length > 35);
    for (const name of inAccounts) {
      for (const person of ['full', 'readOnly', 'nowhere', 'developer'] as const) {
        const response = await ask(name, theirs, fetches[person]);
        const text = await response.text();
        assert.equal(response.status, 404, `${name} as ${person}: ${text}`);
        assert(!text.includes(SECRET), name);
      }
    }
  });

  test('no list shows it', async () => {
    for (const name of lists) {
      const text = await (await ask(name, {}, fetches.full)).text();
      assert(!text.includes(theirAccount), `${name}: ${text}`);
      assert(!text.includes(`${SECRET} theirs`), name);
      assert(!text.includes(theirs['connectionId'] ?? '?'), name);
    }
    for (const name of [
      'listConnections',
      'listSyncRuns',
      'listInvocations',
      'listInvalidRecords',
      'listAlerts',
    ] as const) {
      const url = `${server.baseUrl}${API_PREFIX}${endpoints[name].path}?accountId=${theirAccount}`;
      assert.equal((await fetches.full(url)).status, 404, name);
    }
  });

  test('a connection of it in a filter gives an empty list', async () => {
    for (const name of ['listSyncRuns', 'listInvocations', 'listInvalidRecords'] as const) {
      const url = `${server.baseUrl}${API_PREFIX}${endpoints[name].path}?connectionId=${theirs['connectionId'] ?? ''}`;
      assert.deepEqual(await (await fetches.full(url)).json(), { items: [], next: null }, name);
    }
  });

  test('its records are not in a search of another account', async () => {
    const text = await (await ask('searchAccount', ours, fetches.full)).text();
    assert(text.includes(`${SECRET} ours`), text);
    assert(!text.includes(`${SECRET} theirs`), text);
  });

  test('the live stream does not tell of its runs', async () => {
    const text = await streamed(fetches.full, /event: queues/);
    assert(text.includes(ours['runId'] ?? '?'), text);
    assert(!text.includes(theirs['runId'] ?? '?'), text);
  });

  test('queues are shown of the apps that one’s accounts are connected to', async () => {
    const { client, deps } = server;
    await client.pushApp({
      body: samplePackage('1.0.0', '', 'elsewhere'),
      query: { on: 'true', approveHosts: 'true' },
    });
    await client.createConnection({
      params: { accountId: theirAccount },
      body: {
        app: 'elsewhere',
        name: SECRET,
        syncs: 'off',
        credentials: { fields: { user: 'a', secret: 'b' } },
      },
    });
    const queues = localQueues({ database: server.worker, clock: deps.clock });
    for (const app of ['shop', 'elsewhere', 'unconnected'])
      await queues.open(app).send([{ body: Buffer.from('x') }]);
    const listed = async (send: typeof fetch): Promise<readonly string[]> => {
      const { items }: { items: { appKey: string }[] } = JSON.parse(
        await (await ask('listQueues', {}, send)).text(),
      );
      return items.map(({ appKey }) => appKey);
    };
    assert.deepEqual(await listed(fetches.full), ['shop']);
    assert.deepEqual(await listed(fetches.readOnly), ['shop']);
    assert.deepEqual(await listed(fetches.nowhere), []);
    assert.deepEqual(await listed(fetches.developerReading), ['elsewhere', 'shop', 'unconnected']);
    assert.deepEqual((await client.listQueues()).items.length, 3);

    const own = await streamed(fetches.full, /"kind":"queues".*"appKey":"shop"/);
    assert.doesNotMatch(own, /elsewhere|unconnected/);
    const owner: typeof fetch = (input, init) =>
      fetch(input, { ...init, headers: { authorization: `Bearer ${server.token}` } });
    await streamed(owner, /"kind":"queues".*elsewhere.*shop.*unconnected/);
  });

  test('the settings tell a person of an account how long things are kept, and nothing else', async () => {
    const text = await (await ask('getSettings', {}, fetches.readOnly)).text();
    const settings: { retention: object } = JSON.parse(text);
    assert.deepEqual(Object.keys(settings), ['retention']);
    assert.deepEqual(Object.keys(settings.retention).sort(), [
      'executionDays',
      'invalidRecordDays',
      'invocationDays',
      'logDays',
      'recordDays',
      'recordVersionDays',
      'webhookRequestDays',
    ]);
    const change = await ask('updateSettings', {}, fetches.full);
    assert.equal(change.status, 403, await change.text());
  });
});

describe('the table of permissions is what the server does', () => {
  const people = {
    full: { role: 'member', own: 'full' },
    readOnly: { role: 'member', own: 'read_only' },
    developer: { role: 'developer' },
    developerReading: { role: 'developer_read_only' },
  } as const;

  test('for every endpoint and every kind of person', async () => {
    for (const name of names) {
      const { permission, path }: Endpoint = endpoints[name];
      if (permission === 'public' || permission === 'signed_in' || name === 'streamEvents') continue;
      // An id that nothing has: what is allowed goes on to say so, or to find the question wrong, and changes nothing.
      const params = SUBJECT.test(path) ? ours : {};
      if (endpoints[name].method !== 'GET' && SUBJECT.test(path)) continue;
      for (const person of keysOf(people)) {
        const roles = people[person];
        if (!('own' in roles) && PERMISSIONS[permission].scope === 'account') continue;
        const memberships = 'own' in roles ? [{ accountId: ours['accountId'] ?? '', role: roles.own }] : [];
        const may = allows({ role: roles.role, memberships }, permission, params['accountId']);
        const response = await ask(name, params, fetches[person]);
        const text = await response.text();
        if (may) assert.notEqual(response.status, 403, `${name} as ${person}: ${text}`);
        else if (response.status !== 400) assert.equal(response.status, 403, `${name} as ${person}: ${text}`);
      }
    }
  });

  test('a reader of an account changes nothing in it', async () => {
    for (const name of inAccounts) {
      const { method, permission } = endpoints[name];
      if (method === 'GET' || permission === 'accounts.delete' || ASKING.has(name)) continue;
      const response = await ask(name, ours, fetches.readOnly);
      const text = await response.text();
      const isRefused = response.status === 403 || response.status === 400;
      assert(isRefused, `${name}: ${String(response.status)} ${text}`);
    }
  });

  test('an owner gets through everywhere', () => {
    for (const permission of keysOf(PERMISSIONS)) {
      assert(allows({ role: 'owner', memberships: [] }, permission, randomUUID()));
    }
  });
});

describe('sessions', () => {
  test('a change that comes from another page is refused', async () => {
    const { path } = await server.client.createInvitation({
      body: { email: 'o@example.com', role: 'owner' },
    });
    const accepted = await fetch(`${server.baseUrl}${API_PREFIX}/invitations/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.baseUrl },
      body: JSON.stringify({ token: path.split('=')[1], name: 'O', password: 'long enough for this' }),
    });
    const { cookie } = browser(server, accepted);
    const change = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${server.baseUrl}${API_PREFIX}/accounts`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ key: `k${randomUUID()}`, name: 'K' }),
      });
    assert.equal((await change({})).status, 403);
    assert.equal((await change({ origin: 'http://evil.example' })).status, 403);
    assert.equal((await change({ origin: server.baseUrl, 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await change({ origin: 'null' })).status, 403);
    assert.equal((await change({ origin: server.baseUrl })).status, 201);
    assert.equal((await change({ origin: server.baseUrl, 'sec-fetch-site': 'same-origin' })).status, 201);
  });

  test('a person who was removed is out at once', async () => {
    const { fetch: send } = await personClient(server, { email: 'gone@example.com', role: 'developer' });
    assert.equal((await ask('listApps', {}, send)).status, 200);
    const client = createClient({ baseUrl: server.baseUrl, token: server.token });
    const { items } = await client.listPeople({ query: { limit: 200 } });
    const gone = items.find(({ email }) => email === 'gone@example.com');
    assert(gone !== undefined);
    await client.removePerson({ params: { personId: gone.id } });
    assert.equal((await ask('listApps', {}, send)).status, 401);
  });
});
