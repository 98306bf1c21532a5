import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { addDayPartitions } from '@middle/store/retention.ts';
import { endExecutions } from '@middle/store/executions/commit.ts';
import { personClient, withConnection } from '../testing/sample.ts';
import { testServer } from '../testing/server.ts';

const DEFINITION = workflowDefinitionSchema.parse({
  variables: [{ key: 'x', title: 'X', type: { kind: 'number' }, initial: '0' }],
  steps: [{ kind: 'set', key: 'first', title: 'The first', variable: 'x', value: '1' }],
});

type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** Reads a stream of events until a text is in it; hands back everything that came until then. */
async function watching(fetch: Fetch, url: string) {
  const abort = new AbortController();
  const { body } = await fetch(url, { signal: abort.signal });
  assert.ok(body !== null);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  return {
    async until(wanted: string): Promise<string> {
      while (!heard.includes(wanted)) {
        const { value, done } = await reader.read();
        assert.ok(!done, 'the stream ended');
        heard += value;
      }
      const all = heard;
      heard = '';
      return all;
    },
    [Symbol.asyncDispose]: async () => {
      await reader.cancel().catch(() => {});
      abort.abort();
    },
  };
}

test('who watches is told that executions were started and ended, of their accounts alone', async () => {
  await using server = await testServer();
  const { account } = await withConnection(server);
  await addDayPartitions(server.worker, new Date(), 1);
  const other = await server.client.createAccount({ body: { key: 'elsewhere', name: 'Elsewhere' } });
  const workflowIn = async (accountId: string): Promise<string> => {
    const made = await server.client.createWorkflow({
      params: { accountId },
      body: { name: 'Main', draft: DEFINITION },
    });
    const params = { workflowId: made.id };
    await server.client.publishWorkflow({ params, body: { revision: made.draftRevision } });
    return made.id;
  };
  const [mine, theirs] = [await workflowIn(account.id), await workflowIn(other.id)];
  const start = async (workflowId: string): Promise<string> =>
    (await server.client.startWorkflow({ params: { workflowId }, body: { input: {} } })).id;

  const memberships = [{ accountId: account.id, role: 'read_only' as const }];
  const person = await personClient(server, { email: 'p@example.com', role: 'member', memberships });
  await using stream = await watching(person.fetch, `${server.baseUrl}/api/v1/events`);
  // The first look has no look before it to differ from.
  await stream.until('event: queues');
  await start(theirs);
  const id = await start(mine);
  const told = `{"kind":"executions","accountId":"${account.id}","workflowId":"${mine}"}`;
  const started = await stream.until(told);
  await server.worker.transaction((client) =>
    endExecutions(client, [{ id, state: 'succeeded', output: null, error: null, endedIn: null, steps: 0 }]),
  );
  const ended = await stream.until(told);
  assert.ok(!`${started}${ended}`.includes(theirs), 'of another account nothing is told');
});
