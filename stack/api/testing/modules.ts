import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { ApiProblem } from '@middle/contract/client.ts';
import type { Client } from '@middle/contract/client.ts';
import { MODULE_FORMAT, moduleContentSchema } from '@middle/core/module/content.ts';
import type { ModuleContent } from '@middle/core/module/content.ts';
import { openListener } from '@middle/store/listen.ts';
import { startExecutor } from '@middle/worker/executions/executor.ts';
import { startJobs } from '@middle/worker/jobs/runner.ts';
import { moduleJobs } from '@middle/worker/modules/update.ts';
import { preparePartitions } from '@middle/worker/retention/retention.ts';
import { bareDeps } from '@middle/worker/testing/execution-world.ts';
import { withConnection } from './sample.ts';
import { testServer } from './server.ts';
import type { TestServer } from './server.ts';

type OptIn = NonNullable<Awaited<ReturnType<Client['getAccountModule']>>['optIn']>;

export interface ModuleWorld extends AsyncDisposable {
  readonly server: TestServer;
  /** The jobs that bring accounts to new versions. */
  jobs(): { stop(): Promise<void> };
  /** An account with a connection of the app shop. */
  account(key: string): ReturnType<typeof withConnection>;
  readonly client: Client;
  publish(one: ModuleContent, notes?: string): ReturnType<Client['publishModule']>;
  /** Opts in, to the first feature unless the body says otherwise. */
  choose(one: ModuleContent, accountId: string, body?: object): ReturnType<Client['chooseModule']>;
  state(one: ModuleContent, accountId: string): ReturnType<Client['getAccountModule']>;
  /** What an account has of a module once no job is about to change it. */
  brought(one: ModuleContent, accountId: string): Promise<OptIn>;
  /** Of an execution of the workflow that is started for it. */
  outputOf(workflowId: string): Promise<unknown>;
}

/** An API with an executor, and jobs when they are asked for. */
export async function moduleWorld(): Promise<ModuleWorld> {
  const cleanup = new AsyncDisposableStack();
  const server = cleanup.use(await testServer());
  const { worker: database } = server;
  await preparePartitions({ database, clock: systemClock });
  const { keys, log } = server.deps;
  const listener = openListener(database, log);
  cleanup.defer(() => listener.close());
  const deps = { database, listener, keys, clock: systemClock, log, worker: 'test' };
  const executor = startExecutor({ ...bareDeps(database), ...deps, pollMilliseconds: 20 });
  cleanup.defer(() => executor.stop());
  return {
    server,
    jobs() {
      const jobs = startJobs({ ...deps, handlers: moduleJobs(deps), pollMilliseconds: 20 });
      cleanup.defer(() => jobs.stop());
      return jobs;
    },
    account: (key) => withConnection(server, key),
    ...shortcuts(server.client),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

function shortcuts(
  client: Client,
): Pick<ModuleWorld, 'client' | 'publish' | 'choose' | 'state' | 'brought' | 'outputOf'> {
  const state: ModuleWorld['state'] = (one, accountId) =>
    client.getAccountModule({ params: { accountId, moduleKey: one.key } });
  return {
    client,
    state,
    publish: (one, notes = '') => client.publishModule({ body: { content: one, notes } }),
    choose: (one, accountId, body = {}) =>
      client.chooseModule({
        params: { accountId, moduleKey: one.key },
        body: { features: ['greeting'], ...body },
      }),
    async brought(one, accountId) {
      const { optIn } = await until(
        () => state(one, accountId),
        (answer) => answer.optIn !== null && answer.optIn.state !== 'updating',
      );
      assert.ok(optIn !== null);
      return optIn;
    },
    async outputOf(workflowId) {
      const { id: executionId } = await client.startWorkflow({ params: { workflowId }, body: {} });
      const ended = await until(
        () => client.getExecution({ params: { executionId } }),
        ({ endedAt }) => endedAt !== null,
      );
      assert.equal(ended.state, 'succeeded', JSON.stringify(ended.error));
      return ended.output;
    },
  };
}

/** The id of the copy whose name begins so. */
export function copyNamed(
  optIn: { readonly workflows: readonly { id: string; name: string }[] } | null,
  name: string,
): string {
  const found = optIn?.workflows.find((one) => one.name.startsWith(name));
  assert.ok(found !== undefined, `${name} is not among the copies`);
  return found.id;
}

const limit = (initial = '1') => ({ key: 'limit', title: 'Limit', type: { kind: 'number' }, initial });
const shop = { key: 'shop', title: 'Shop', app: 'shop' };
export const set = (value: string) => ({ kind: 'set', key: 'set', title: 'Set', variable: 'limit', value });
export const call = (called: string) => ({
  kind: 'call',
  key: 'ask',
  title: 'Ask',
  workflow: called,
  input: {},
});

/** Its steps set `limit`; what it gives is that. */
export function workflow(key: string, steps: readonly object[], more: object = {}, triggers: object[] = []) {
  return {
    key,
    name: `${key} of it`,
    definition: {
      variables: [limit()],
      steps,
      output: [{ key: 'limit', title: 'Limit', value: 'variables.limit' }],
      ...more,
    },
    triggers,
  };
}

export const onCustomer = {
  kind: 'record',
  key: 'customers',
  name: 'On a customer',
  connection: 'shop',
  recordType: 'customer',
  events: ['created', 'updated'],
  discard: 'record.age < 18',
};
export const daily = {
  kind: 'schedule',
  key: 'daily',
  name: 'Each morning',
  schedule: { kind: 'daily', time: '06:00', timeZone: 'UTC' },
};

/** Two features that share a workflow; only one of them needs a connection. */
function content(change: object = {}): ModuleContent {
  return moduleContentSchema.parse({
    format: MODULE_FORMAT,
    key: 'care',
    title: 'Care',
    connections: [shop],
    variables: [{ key: 'limit', title: 'Limit', default: 5 }],
    workflows: [
      workflow('greet', [call('shared')], { connections: [shop] }, [onCustomer]),
      workflow('report', [set('variables.limit + 100'), call('shared')], {}, [daily]),
      workflow('shared', [set('variables.limit + 1')]),
    ],
    features: [
      { key: 'greeting', title: 'Greeting', workflows: ['greet'] },
      { key: 'reporting', title: 'Reporting', workflows: ['report'] },
    ],
    ...change,
  });
}

let modules = 0;

/** A module of its own for each test. */
export function freshModule(change: object = {}): ModuleContent {
  modules += 1;
  return { ...content(change), key: `care-${modules}`, title: `Care ${modules}` };
}

/** As the wire has them. */
export function workflowsOf(workflows: readonly object[]): Pick<ModuleContent, 'workflows'> {
  return { workflows: content({ workflows }).workflows };
}

export async function problemOf(work: Promise<unknown>): Promise<ApiProblem['problem']> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ApiProblem) return error.problem;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Waits until something holds. */
export async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const giveUp = Date.now() + 120_000;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    assert.ok(Date.now() < giveUp, `it does not hold for too long: ${JSON.stringify(value)}`);
    await sleep(20);
  }
}
