import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ApiProblem } from '@middle/contract/client.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { addDayPartitions } from '@middle/store/retention.ts';
import { commitExecutions, endExecutions } from '@middle/store/executions/commit.ts';
import { claimExecutions, renewExecutor } from '@middle/store/executions/claim.ts';
import { indexTexts } from '@middle/store/executions/text.ts';
import { addStatistics } from '@middle/store/executions/statistics.ts';
import { personClient, withConnection } from './testing/sample.ts';
import { testServer } from './testing/server.ts';
import type { TestServer } from './testing/server.ts';

let server: TestServer;
let sample: Awaited<ReturnType<typeof withConnection>>;
let workflowId: string;

const DEFINITION = workflowDefinitionSchema.parse({
  inputs: [{ key: 'n', title: 'N', type: { kind: 'number' }, required: false }],
  variables: [{ key: 'x', title: 'X', type: { kind: 'number' }, initial: '0' }],
  steps: [{ kind: 'set', key: 'first', title: 'The first', variable: 'x', value: '1' }],
});

before(async () => {
  server = await testServer();
  sample = await withConnection(server);
  await addDayPartitions(server.worker, new Date(), 1);
  const made = await server.client.createWorkflow({
    params: { accountId: sample.account.id },
    body: { name: 'Main', draft: DEFINITION },
  });
  workflowId = made.id;
  await server.client.publishWorkflow({ params: { workflowId }, body: { revision: made.draftRevision } });
});
after(async () => server[Symbol.asyncDispose]());

async function started(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    ids.push((await server.client.startWorkflow({ params: { workflowId }, body: { input: { n } } })).id);
  }
  return ids;
}

async function end(ids: readonly string[], state: 'succeeded' | 'failed' | 'cancelled' = 'succeeded') {
  const error =
    state === 'failed' ? { code: 'function_error', message: 'no', fault: 'developer' as const } : null;
  await server.worker.transaction((client) =>
    endExecutions(
      client,
      ids.map((id) => ({ id, state, output: { done: true }, error, endedIn: null, steps: 1 })),
    ),
  );
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

describe('executions in the API', () => {
  test('pages are in one order and lose or double nothing while executions end between them', async () => {
    const { client } = server;
    const ids = await started(25);
    await end(ids.filter((_, index) => index % 3 === 0));
    const params = { accountId: sample.account.id };
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof client.listExecutions>> = await client.listExecutions({
        params,
        query: { workflowId, limit: 4, ...(next === null ? {} : { after: next }) },
      });
      seen.push(...page.items.map(({ id }) => id));
      ({ next } = page);
      await end(ids.filter((_, index) => index % 3 === seen.length % 3));
    } while (next !== null);
    assert.deepEqual(seen, [...ids].reverse());
  });

  test('filters tell apart states, causes, workflows and times', async () => {
    const { client } = server;
    const params = { accountId: sample.account.id };
    const [failed = '', cancelled = '', open = ''] = await started(3);
    await end([failed], 'failed');
    await end([cancelled], 'cancelled');
    const idsOf = async (query: NonNullable<Parameters<typeof client.listExecutions>[0]['query']>) =>
      (await client.listExecutions({ params, query: { limit: 200, ...query } })).items.map(({ id }) => id);
    assert.deepEqual(await idsOf({ state: ['failed'] }), [failed]);
    assert.deepEqual(await idsOf({ state: ['failed', 'cancelled'] }), [cancelled, failed]);
    assert.ok((await idsOf({ state: ['ready'] })).includes(open));
    assert.deepEqual(await idsOf({ cause: 'trigger' }), []);
    assert.deepEqual(await idsOf({ workflowId: '01938f6e-0000-7000-8000-000000000000' }), []);
    const { queuedAt } = await client.getExecution({ params: { executionId: open } });
    assert.deepEqual(await idsOf({ from: new Date(Date.parse(queuedAt) + 60_000).toISOString() }), []);
    assert.ok((await idsOf({ from: new Date(Date.parse(queuedAt) - 60_000).toISOString() })).includes(open));
    const [item] = (await client.listExecutions({ params, query: { state: ['failed'] } })).items;
    assert.deepEqual(
      [item?.workflowName, item?.error?.code, item?.cause],
      ['Main', 'function_error', 'person'],
    );
  });

  test('an execution is shown with its steps, by their titles', async () => {
    const { client } = server;
    const [executionId = ''] = await started(1);
    await renewExecutor(server.worker, 'test', 60);
    const claimed = await claimExecutions(server.worker, 'test', { free: 200, perAccount: 200 });
    const { fence = '' } = claimed.find(({ id }) => id === executionId) ?? {};
    const at = new Date();
    await server.worker.transaction((transaction) =>
      commitExecutions(transaction, [
        {
          id: executionId,
          fence,
          steps: [
            {
              sequence: 1,
              place: 'first[2]',
              kind: 'set',
              state: 'succeeded',
              output: 1,
              queuedAt: at,
              startedAt: at,
              ranAt: at,
              tried: [
                {
                  invocation: null,
                  startedAt: at.toISOString(),
                  error: { code: 'a', message: 'b', fault: 'user' },
                },
              ],
            },
          ],
          next: { kind: 'wait', until: new Date(Date.now() + 60_000) },
        },
      ]),
    );
    const shown = await client.getExecution({ params: { executionId } });
    assert.deepEqual(
      [shown.state, shown.nextAt === null, shown.steps, shown.bulk],
      ['waiting', false, null, []],
    );
    const { items } = await client.listStepRuns({ params: { executionId } });
    assert.deepEqual(
      items.map(({ place, key, title, output, tried }) => [place, key, title, output, tried.length]),
      [['first[2]', 'first', 'The first', 1, 1]],
    );
    assert.equal((await problemOf(client.listStepRuns({ params: { executionId: workflowId } }))).status, 404);
  });

  test('one under way is cancelled, and one that has ended stays as it is', async () => {
    const { client } = server;
    const [open = '', ended = ''] = await started(2);
    await end([ended]);
    const asked = await client.cancelExecution({ params: { executionId: open } });
    assert.ok(asked.cancelRequested && asked.cancelledBy !== null);
    const refused = await problemOf(client.cancelExecution({ params: { executionId: ended } }));
    assert.deepEqual([refused.status, refused.code], [409, 'conflict']);
  });

  test('statistics say what became of them, with every bucket of the span', async () => {
    const { client } = server;
    const at = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    const figures = { succeeded: 3, failed: 1, cancelled: 0, ran: { '41': 4 }, waited: { '1': 4 } };
    const base = { accountId: sample.account.id, at, ...figures };
    await addStatistics(
      server.worker,
      [workflowId, null].flatMap((id) =>
        (['minute', 'hour'] as const).map((resolution) => ({ ...base, workflowId: id, resolution })),
      ),
    );
    const params = { accountId: sample.account.id };
    const hour = await client.getExecutionStatistics({ params, query: { hours: 1 } });
    assert.deepEqual([hour.buckets.length, hour.bucketSeconds], [60, 60]);
    assert.deepEqual(
      [hour.total.succeeded, hour.total.failed, hour.total.ran?.p95.toFixed(0), hour.workflows[0]?.failed],
      [3, 1, '1117', 1],
    );
    assert.ok(hour.buckets.filter(({ succeeded }) => succeeded > 0).length === 1);
    const { buckets, workflows, now } = await client.getExecutionStatistics({
      params,
      query: { hours: 672, workflowId },
    });
    assert.deepEqual([buckets.length, workflows], [56, []]);
    assert.ok(now.ready >= 1 && now.oldestReadyAt !== null);
    const path = `${server.baseUrl}/api/v1/accounts/${sample.account.id}/executions/statistics?hours=5`;
    const owner = await personClient(server, { email: 'owner@example.com', role: 'owner' });
    assert.equal((await owner.fetch(path)).status, 400);
  });

  test('words find what ended and what is under way; signs, scripts and far times are no error', async () => {
    const { client, worker } = server;
    const params = { accountId: sample.account.id };
    const [ended = '', open = ''] = await started(2);
    await end([ended], 'failed');
    await worker.transaction((transaction) => indexTexts(transaction, [ended]));
    const idsOf = async (query: NonNullable<Parameters<typeof client.listExecutions>[0]['query']>) =>
      (await client.listExecutions({ params, query })).items.map(({ id }) => id);
    const { input } = await client.getExecution({ params: { executionId: open } });
    assert.deepEqual(await idsOf({ text: `${String(input['n'])} `, state: ['ready'], limit: 1 }), [open]);
    assert.deepEqual(await idsOf({ text: 'function error', limit: 1 }), [ended]);
    assert.deepEqual(await idsOf({ text: ended }), [ended]);
    for (const text of ["it's", "'a':* & !b | <-> (c", '日本語 😀', 'ﬁ ß', '%_\\', '- -'])
      assert.deepEqual(await idsOf({ text }), [], text);
    assert.deepEqual(await idsOf({ from: '0001-01-01T00:00:00Z', limit: 1 }), [open]);
    assert.deepEqual(await idsOf({ to: '1969-12-31T00:00:00Z', text: 'error' }), []);
    assert.deepEqual(await idsOf({ to: '9999-12-31T00:00:00Z', text: 'error', limit: 1 }), [ended]);
    const tooLong = await problemOf(client.listExecutions({ params, query: { text: 'x'.repeat(201) } }));
    assert.equal(tooLong.status, 400);
  });

  test('people of other accounts see none of it, and readers cancel nothing', async () => {
    const [executionId = ''] = await started(1);
    const person = async (email: string, accountId: string, role: 'full' | 'read_only') =>
      personClient(server, { email, role: 'member', memberships: [{ accountId, role }] });
    const other = await server.client.createAccount({ body: { key: 'elsewhere', name: 'Elsewhere' } });
    const stranger = await person('stranger@example.com', other.id, 'full');
    const reader = await person('reader@example.com', sample.account.id, 'read_only');
    const base = `${server.baseUrl}/api/v1`;
    for (const path of [`/executions/${executionId}`, `/executions/${executionId}/steps`]) {
      assert.equal((await stranger.fetch(base + path)).status, 404, path);
      assert.equal((await reader.fetch(base + path)).status, 200, path);
    }
    assert.equal((await stranger.fetch(`${base}/accounts/${sample.account.id}/executions`)).status, 404);
    const cancel = { method: 'POST', headers: { 'content-type': 'application/json' } };
    assert.equal((await stranger.fetch(`${base}/executions/${executionId}/cancel`, cancel)).status, 404);
    assert.equal((await reader.fetch(`${base}/executions/${executionId}/cancel`, cancel)).status, 403);
  });
});
