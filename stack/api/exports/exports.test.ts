import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { ApiProblem } from '@middle/contract/client.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { openListener } from '@middle/store/listen.ts';
import { startExecutor } from '@middle/worker/executions/executor.ts';
import { createExpressions } from '@middle/worker/executions/expressions.ts';
import { preparePartitions } from '@middle/worker/retention/retention.ts';
import { bareDeps } from '@middle/worker/testing/execution-world.ts';
import { personClient, store, withConnection } from '../testing/sample.ts';
import { testServer } from '../testing/server.ts';
import type { TestServer } from '../testing/server.ts';

const CONTENT = 'Name\r\nAnn\r\nBob\r\n';
const EXPORT = workflowDefinitionSchema.parse({
  connections: [{ key: 'shop', title: 'Shop', app: 'shop' }],
  steps: [
    {
      kind: 'export',
      key: 'file',
      title: 'Kunden „A“',
      source: { connection: 'shop', recordType: 'customer' },
      columns: [{ name: 'Name', value: 'record.name' }],
      fileName: '"Kunden „A“"',
    },
  ],
  output: [{ key: 'url', title: 'Link', value: 'steps.file.output.url' }],
});

describe('files of exports', { timeout: 120_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let server: TestServer;
  let sample: Awaited<ReturnType<typeof withConnection>>;
  let executionId: string;
  let url: string;
  let file: { readonly id: string; readonly name: string };

  before(async () => {
    server = cleanup.use(await testServer());
    sample = await withConnection(server);
    const { worker: database, search, deps } = server;
    await preparePartitions({ database, clock: systemClock });
    await store(server, sample.customers.id, [
      { id: 'ann', data: { id: 'ann', name: 'Ann', age: 30 } },
      { id: 'bob', data: { id: 'bob', name: 'Bob', age: null } },
    ]);
    const listener = openListener(database, deps.log);
    cleanup.defer(() => listener.close());
    const executor = startExecutor({
      ...bareDeps(database),
      expressions: createExpressions({ database, search }),
      keys: deps.keys,
      blobs: deps.blobs,
      database,
      listener,
      clock: systemClock,
      log: deps.log,
      worker: 'test',
      leaseSeconds: 60,
    });
    cleanup.defer(() => executor.stop());
    const { client } = server;
    const { id: workflowId, draftRevision } = await client.createWorkflow({
      params: { accountId: sample.account.id },
      body: { name: 'Export', draft: EXPORT, bindings: { shop: sample.connection.id } },
    });
    await client.publishWorkflow({ params: { workflowId }, body: { revision: draftRevision } });
    ({ id: executionId } = await client.startWorkflow({ params: { workflowId }, body: { input: {} } }));
    for (;;) {
      const { state, output, files } = await client.getExecution({ params: { executionId } });
      const [first] = files;
      if (state === 'succeeded' && first !== undefined) {
        const { url: given }: { url?: unknown } = Object(output);
        url = String(given);
        file = first;
        break;
      }
      assert.notEqual(state, 'failed');
    }
  });
  after(() => cleanup.disposeAsync());

  const at = (link: string): URL => new URL(link, server.baseUrl);

  test('whoever has the link reads the file, whole or in parts, without signing in', async () => {
    const whole = await fetch(at(url));
    assert.equal(await whole.text(), CONTENT);
    const { headers } = whole;
    assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.equal(headers.get('content-length'), String(CONTENT.length));
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(
      headers.get('content-disposition'),
      `attachment; filename="Kunden _A_.csv"; filename*=UTF-8''Kunden%20%E2%80%9EA%E2%80%9C.csv`,
    );
    const head = await fetch(at(url), { method: 'HEAD' });
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(CONTENT.length)]);
    const part = await fetch(at(url), { headers: { range: 'bytes=6-8' } });
    assert.deepEqual([part.status, await part.text()], [206, 'Ann']);
    assert.equal(part.headers.get('content-range'), `bytes 6-8/${CONTENT.length}`);
    const beyond = await fetch(at(url), { headers: { range: 'bytes=1000-' } });
    assert.deepEqual([beyond.status, await beyond.text()], [416, '']);
  });

  test('a person of the account makes a fresh link; others learn nothing of the file', async () => {
    const params = { executionId, fileId: file.id };
    const path = `${server.baseUrl}/api/v1/executions/${executionId}/files/${file.id}/link`;
    const reader = await personClient(server, {
      email: 'reader@example.com',
      role: 'member',
      memberships: [{ accountId: sample.account.id, role: 'read_only' }],
    });
    const answer = await reader.fetch(path, { method: 'POST' });
    assert.equal(answer.status, 201);
    const link: { url: string; expiresAt: string } = Object(await answer.json());
    assert.equal(await (await fetch(at(link.url))).text(), CONTENT);
    assert.ok(Date.parse(link.expiresAt) < Date.now() + 16 * 60_000);
    const other = await server.client.createAccount({ body: { key: 'other', name: 'Other' } });
    const stranger = await personClient(server, {
      email: 'stranger@example.com',
      role: 'member',
      memberships: [{ accountId: other.id, role: 'full' }],
    });
    assert.equal((await stranger.fetch(path, { method: 'POST' })).status, 404);
    const wrong = { ...params, fileId: crypto.randomUUID() };
    await assert.rejects(server.client.createFileLink({ params: wrong }), ApiProblem);
  });

  test('links that were changed, and files whose time is over, lead nowhere', async () => {
    for (const bad of [`${url}x`, url.replace('/files/', '/files/A'), '/files/x.y', '/files/%00']) {
      const refused = await fetch(at(bad));
      const problem: { code?: unknown } = Object(await refused.json());
      assert.deepEqual([refused.status, problem.code], [410, 'link_invalid'], bad);
    }
    assert.equal((await fetch(at(url), { method: 'POST' })).status, 405);
    assert.equal((await fetch(at('/files'))).status, 404);
    await server.worker.query(sql`update middle.export_file set expires_at = now() where id = ${file.id}`);
    assert.equal((await fetch(at(url))).status, 410);
    const params = { executionId, fileId: file.id };
    await assert.rejects(server.client.createFileLink({ params }), { code: 'not_found' });
  });
});
