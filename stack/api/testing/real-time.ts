import { systemClock } from '@middle/cloud/local/clock.ts';
import { openListener } from '@middle/store/listen.ts';
import { startExecutor } from '@middle/worker/executions/executor.ts';
import { preparePartitions } from '@middle/worker/retention/retention.ts';
import { bareDeps } from '@middle/worker/testing/execution-world.ts';
import { testServer } from './server.ts';
import type { TestServer } from './server.ts';

export interface RealTimeWorld extends AsyncDisposable {
  readonly server: TestServer;
  readonly account: { readonly id: string; readonly key: string };
  /** A published workflow, exposed as an endpoint. */
  expose(
    name: string,
    draft: object,
    settings?: { mode?: 'sync' | 'async'; timeLimitSeconds?: number },
  ): Promise<string>;
  /** Its secret. */
  key(options?: {
    name?: string;
    workflowIds?: string[];
    perMinute?: number;
    account?: string;
  }): Promise<string>;
  call(name: string, options: CallOptions): Promise<Response>;
}

export interface CallOptions {
  readonly key: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly account?: string;
  readonly signal?: AbortSignal;
}

/** An API with callers, and an executor that runs what they call. */
export async function realTimeWorld(
  options: { readonly execute?: boolean; readonly server?: Parameters<typeof testServer>[0] } = {},
): Promise<RealTimeWorld> {
  const server = await testServer(options.server);
  const cleanup = new AsyncDisposableStack();
  cleanup.use(server);
  await preparePartitions({ database: server.worker, clock: systemClock });
  if (options.execute !== false) {
    const listener = openListener(server.worker, server.deps.log);
    cleanup.defer(() => listener.close());
    const executor = startExecutor({
      ...bareDeps(server.worker),
      keys: server.deps.keys,
      database: server.worker,
      listener,
      clock: systemClock,
      log: server.deps.log,
      worker: 'test',
    });
    cleanup.defer(() => executor.stop());
  }
  const { client } = server;
  const account = await client.createAccount({ body: { key: 'demo', name: 'Demo' } });
  let keys = 0;
  return {
    server,
    account,
    async expose(name, draft, settings = {}) {
      const workflow = await client.createWorkflow({
        params: { accountId: account.id },
        body: { name, draft: { steps: [END], ...draft } },
      });
      const { id, draftRevision } = workflow;
      await client.publishWorkflow({ params: { workflowId: id }, body: { revision: draftRevision } });
      await client.putWorkflowEndpoint({ params: { workflowId: id }, body: { name, ...settings } });
      return id;
    },
    async key({ name = `key ${String((keys += 1))}`, account: accountId = account.id, ...rights } = {}) {
      const { secret } = await client.createApiKey({
        params: { accountId },
        body: { name, perMinute: 60_000, ...rights },
      });
      return secret;
    },
    call: (name, { key, body, headers = {}, account: of = account.key, signal }) =>
      fetch(`${server.baseUrl}/run/${of}/${name}`, {
        method: 'POST',
        headers: {
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      }),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

/** A workflow has at least one step. */
const END = { key: 'end', title: 'End', kind: 'stop' };
const number = { kind: 'number' };

/** Gives the sum of two numbers. */
export const SUM = {
  inputs: [
    { key: 'a', title: 'A', type: number },
    { key: 'b', title: 'B', type: number, required: false },
  ],
  output: [{ key: 'sum', title: 'Sum', value: 'inputs.a + inputs.b' }],
};

/** Waits for so many seconds, then gives what it was given. */
export const WAITING = {
  inputs: [{ key: 'seconds', title: 'Seconds', type: number }],
  steps: [
    { key: 'rest', title: 'Rest', kind: 'wait', until: { kind: 'duration', seconds: 'inputs.seconds' } },
  ],
  output: [{ key: 'seconds', title: 'Seconds', value: 'inputs.seconds' }],
};
