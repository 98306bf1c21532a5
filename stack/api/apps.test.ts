import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApiProblem } from '@middle/contract/client.ts';
import { readZip } from '@middle/functions/package/zip.ts';
import { samplePackage, withConnection } from './testing/sample.ts';
import { testServer } from './testing/server.ts';
import type { TestServer } from './testing/server.ts';

let server: TestServer;
before(async () => void (server = await testServer()));
after(async () => server[Symbol.asyncDispose]());

const isProblem = (code: string) => (error: unknown) => error instanceof ApiProblem && error.code === code;
const on = { on: 'true' } as const;

test('a draft is replaced by the next push; a version that was on never changes', async () => {
  const { client } = server;
  const draft = await client.pushApp({ body: samplePackage('0.1.0') });
  assert.deepEqual(
    [draft.state, draft.approvedHosts, draft.declaredHosts],
    ['draft', [], ['api.shop.example']],
  );
  const replaced = await client.pushApp({ body: samplePackage('0.1.0', '// another\n') });
  assert.equal(replaced.id, draft.id);
  assert.notEqual(replaced.digest, draft.digest);

  const switchedOn = await client.pushApp({ body: samplePackage('0.1.0'), query: on });
  assert.equal(switchedOn.state, 'on');
  await assert.rejects(
    client.pushApp({ body: samplePackage('0.1.0', '// no\n') }),
    isProblem('version_immutable'),
  );
  assert.equal(
    (await client.pushApp({ body: samplePackage('0.1.0') })).digest,
    switchedOn.digest,
    'the same again',
  );
});

test('a package is listed, read and downloaded as it was pushed', async () => {
  const { client } = server;
  const params = { appKey: 'shop', version: '0.1.0' };
  const { items } = await client.listAppFiles({ params });
  assert.deepEqual(
    items.map(({ path }) => path),
    ['functions/customers.js', 'middle.app.yaml'],
  );
  const file = await client.readAppFile({ params, query: { path: 'middle.app.yaml' } });
  assert.match(file.text ?? '', /^key: shop/);
  const zip = new Uint8Array(await (await client.downloadApp({ params })).arrayBuffer());
  assert.deepEqual(readZip(zip), readZip(samplePackage('0.1.0')));
});

test('a wrong package is refused with the place of each problem, and nothing is stored', async () => {
  const { client } = server;
  const broken = samplePackage('0.2.0', 'export const = ;\n');
  const checked = await client.checkApp({ body: broken });
  assert.equal(checked.ok, false);
  assert.equal(checked.problems[0]?.file, 'functions/customers.js');
  assert.equal(checked.problems[0]?.line, 2);
  await assert.rejects(client.pushApp({ body: broken }), isProblem('bundle_failed'));
  const params = { appKey: 'shop', version: '0.2.0' };
  await assert.rejects(client.getAppVersion({ params }), isProblem('not_found'));
  assert.deepEqual(await client.checkApp({ body: samplePackage('0.2.0') }), { ok: true, problems: [] });
});

test('hosts are approved by name, and stay approved in the next version', async () => {
  const { client } = server;
  const params = { appKey: 'shop', version: '0.1.0' };
  const foreign = client.approveHosts({ params, body: { hosts: ['evil.example'] } });
  await assert.rejects(foreign, isProblem('request_invalid'));
  await client.approveHosts({ params, body: { hosts: ['api.shop.example'] } });
  const next = await client.pushApp({ body: samplePackage('0.3.0') });
  assert.deepEqual(next.approvedHosts, ['api.shop.example']);
});

test('a connection gets the record types and syncs of its version, and keeps what people changed when it moves', async () => {
  const { client } = server;
  const { account, connection, customers } = await withConnection(server);
  assert.equal(connection.version, '1.0.0');
  assert.deepEqual(connection.fields, { user: 'ann' }, 'a protected field is never shown');
  assert.deepEqual(
    customers.syncs.map(({ kind, enabled, everySeconds }) => [kind, enabled, everySeconds]),
    [
      ['complete', false, 3600],
      ['recent', false, 300],
      ['lookup', false, null],
    ],
  );
  const [complete] = customers.syncs;
  const changed = await client.updateSync({
    params: { syncId: complete?.id ?? '' },
    body: { enabled: true, everySeconds: 600 },
  });
  assert.notEqual(changed.nextTickAt, null);

  const params = { connectionId: connection.id };
  await assert.rejects(client.moveConnection({ params, body: { version: '0.3.0' } }), isProblem('conflict'));
  await client.pushApp({ body: samplePackage('2.0.0'), query: on });
  await client.moveConnection({ params, body: { version: '2.0.0' } });
  const { items } = await client.listRecordSets({ params });
  assert.deepEqual(
    items[0]?.syncs.map(({ enabled, everySeconds }) => [enabled, everySeconds]),
    [
      [true, 600],
      [false, 300],
      [false, null],
    ],
  );
  await assert.rejects(client.deleteApp({ params: { appKey: 'shop' } }), isProblem('conflict'));
  const version = { appKey: 'shop', version: '2.0.0' };
  await assert.rejects(client.switchOffAppVersion({ params: version }), isProblem('conflict'));

  const same = client.createConnection({
    params: { accountId: account.key },
    body: { app: 'shop', name: 'Main' },
  });
  await assert.rejects(same, isProblem('conflict'));
  const wrong = client.setCredentials({ params, body: { fields: { user: 'ann', nope: 'x' } } });
  await assert.rejects(wrong, isProblem('credentials_invalid'));
  const kept = await client.setCredentials({ params, body: { fields: { user: 'bea' } } });
  assert.deepEqual(kept.fields, { user: 'bea' }, 'the protected field that was left out keeps its value');
});

test('a run by hand is queued with the input of its kind', async () => {
  const { client } = server;
  const { items } = await client.listConnections({ query: { app: 'shop' } });
  const sets = await client.listRecordSets({ params: { connectionId: items[0]?.id ?? '' } });
  const [complete, recent, lookup] = sets.items[0]?.syncs ?? [];
  const run = (syncId = '', body = {}) => client.runSync({ params: { syncId }, body });
  assert.deepEqual((await run(complete?.id)).input, {});
  const window = { since: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z' };
  assert.deepEqual((await run(recent?.id, window)).input, window);
  assert.equal(typeof (await run(recent?.id)).input['since'], 'string');
  assert.deepEqual((await run(lookup?.id, { id: 'c1' })).input, { id: 'c1' });
  await assert.rejects(run(lookup?.id), isProblem('request_invalid'));
  await assert.rejects(run(complete?.id, { id: 'c1' }), isProblem('request_invalid'));
  const backwards = { since: window.until, until: window.since };
  await assert.rejects(run(recent?.id, backwards), isProblem('request_invalid'));

  const [queued] = (await client.listSyncRuns({ query: { state: ['queued'], kind: 'lookup' } })).items;
  const cancelled = await client.cancelSyncRun({ params: { runId: queued?.id ?? '' } });
  assert.equal(cancelled.cancelRequested, true);
  await client.updateAccount({ params: { accountId: 'demo' }, body: { enabled: false } });
  await assert.rejects(run(complete?.id), isProblem('conflict'));
});

test('an account is deleted with everything in it, when its key is typed again', async () => {
  const { client } = server;
  const params = { accountId: 'demo' };
  await assert.rejects(
    client.deleteAccount({ params, query: { confirm: 'dem' } }),
    isProblem('request_invalid'),
  );
  await client.deleteAccount({ params, query: { confirm: 'demo' } });
  assert.deepEqual((await client.listConnections()).items, []);
  await client.deleteApp({ params: { appKey: 'shop' } });
  assert.deepEqual((await client.listApps()).items, []);
});
