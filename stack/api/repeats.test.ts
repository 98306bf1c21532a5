import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { ApiProblem } from '@middle/contract/client.ts';
import { againSummary } from '@middle/contract/repeats/run-executions-again.ts';
import { replaySummary } from '@middle/contract/repeats/replay-executions.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { openListener } from '@middle/store/listen.ts';
import { createExpressions } from '@middle/worker/executions/expressions.ts';
import { startExecutor } from '@middle/worker/executions/executor.ts';
import { startJobs } from '@middle/worker/jobs/runner.ts';
import { repeatJobs } from '@middle/worker/repeats/jobs.ts';
import { preparePartitions } from '@middle/worker/retention/retention.ts';
import { bareDeps } from '@middle/worker/testing/execution-world.ts';
import { personClient, store, withConnection } from './testing/sample.ts';
import { testServer } from './testing/server.ts';
import type { TestServer } from './testing/server.ts';

let server: TestServer;
let sample: Awaited<ReturnType<typeof withConnection>>;
const cleanup = new AsyncDisposableStack();

/** An API with an executor and the jobs of repeats. */
before(async () => {
  server = cleanup.use(await testServer());
  sample = await withConnection(server);
  const { worker: database, search } = server;
  await preparePartitions({ database, clock: systemClock });
  const { keys, log } = server.deps;
  const listener = openListener(database, log);
  cleanup.defer(() => listener.close());
  const deps = { database, listener, keys, clock: systemClock, log, worker: 'test' };
  const executor = startExecutor({
    ...bareDeps(database),
    ...deps,
    expressions: createExpressions({ database, search }),
    pollMilliseconds: 20,
  });
  cleanup.defer(() => executor.stop());
  const handlers = repeatJobs({ database, search, keys, clock: systemClock });
  const jobs = startJobs({ ...deps, handlers, pollMilliseconds: 20 });
  cleanup.defer(() => jobs.stop());
  await store(server, sample.customers.id, [
    { id: 'ann', data: { id: 'ann', name: 'Ann', age: 30 } },
    { id: 'bob', data: { id: 'bob', name: 'Bob', age: null } },
  ]);
  await store(server, sample.orders.id, [{ id: 'o1', data: { id: 'o1', customer: 'ann', paid: true } }]);
});
after(() => cleanup.disposeAsync());

const set = (key: string, value: string, variable = 'sum') => ({
  kind: 'set',
  key,
  title: key,
  variable,
  value,
});
const slots = { connections: [{ key: 'shop', title: 'Shop', app: 'shop' }] };

function definition(steps: readonly object[], more: object = {}) {
  return workflowDefinitionSchema.parse({
    variables: [{ key: 'sum', title: 'Sum', type: { kind: 'any' }, initial: 'null' }],
    steps,
    ...more,
  });
}

async function publish(draft: ReturnType<typeof definition>, id?: string): Promise<string> {
  const { client } = server;
  const bindings = { shop: sample.connection.id };
  const workflow =
    id === undefined
      ? await client.createWorkflow({
          params: { accountId: sample.account.id },
          body: { name: `W${Math.random()}`, bindings },
        })
      : await client.getWorkflow({ params: { workflowId: id } });
  const params = { workflowId: workflow.id };
  const { revision } = await client.saveWorkflowDraft({
    params,
    body: { definition: draft, revision: workflow.draftRevision },
  });
  await client.publishWorkflow({ params, body: { revision } });
  return workflow.id;
}

async function ran(workflowId: string, input: Record<string, unknown> = {}): Promise<string> {
  const { id } = await server.client.startWorkflow({ params: { workflowId }, body: { input } });
  await ended(id);
  return id;
}

async function ended(executionId: string) {
  for (;;) {
    const execution = await server.client.getExecution({ params: { executionId } });
    if (execution.endedAt !== null) return execution;
  }
}

async function done(job: { readonly id: string }) {
  for (;;) {
    const now = await server.client.getJob({ params: { jobId: job.id } });
    if (now.endedAt !== null) return now;
  }
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

describe('a trial of a workflow', { timeout: 60_000 }, () => {
  const record = { kind: 'record', connection: 'shop', recordType: 'order' } as const;
  const inner = { kind: 'call', key: 'inner', title: 'Inner', input: { name: 'variables.sum' } };

  async function trialOf(more: object = {}) {
    const callee = await publish(
      definition([{ kind: 'stop', key: 'end', title: 'End' }], {
        inputs: [{ key: 'name', title: 'Name', type: { kind: 'text' } }],
        output: [{ key: 'greeting', title: 'Greeting', value: '"Hello " + inputs.name' }],
      }),
    );
    const draft = definition(
      [
        set('name', 'related(inputs.order, "customer").name'),
        { ...inner, workflow: callee },
        {
          kind: 'each',
          key: 'twice',
          title: 'Twice',
          items: '[1, 2]',
          block: [set('add', 'steps.inner.output.greeting + text(item)')],
        },
        { kind: 'wait', key: 'pause', title: 'Pause', until: { kind: 'duration', seconds: '3600' } },
        {
          kind: 'wait',
          key: 'ripe',
          title: 'Ripe',
          until: {
            kind: 'record',
            source: { connection: 'shop', recordType: 'customer' },
            id: '"bob"',
            criteria: 'record.age != null',
          },
        },
        set('last', 'steps.ripe.output.record.name'),
      ],
      {
        ...slots,
        inputs: [
          { key: 'order', title: 'Order', type: record },
          { key: 'pin', title: 'Pin', type: { kind: 'text' }, required: false, protected: true },
        ],
        output: [{ key: 'sum', title: 'Sum', value: 'variables.sum + default(inputs.pin, "")' }],
        ...more,
      },
    );
    const workflowId = await publish(draft);
    return { workflowId, draft, callee };
  }

  test('works on real records, passes waits, and shows where each output comes from', async () => {
    const { workflowId } = await trialOf();
    const { client } = server;
    const params = { workflowId };
    const before_ = await client.listExecutions({ params: { accountId: sample.account.id } });
    const body = { records: { order: 'o1' } };
    const example = await client.tryWorkflow({ params, body });
    assert.deepEqual(
      example.steps.map(({ place, from, output }) => [place, from, output]),
      [
        ['name', 'worked_out', 'Ann'],
        ['inner', 'example', { greeting: null }],
        ['twice', 'worked_out', [1, 2]],
        ['add[0]', 'worked_out', '1'],
        ['add[1]', 'worked_out', '2'],
        ['pause', 'worked_out', null],
        ['ripe', 'example', { met: true, record: { id: 'bob', name: 'Bob', age: null } }],
        ['last', 'worked_out', 'Bob'],
      ],
    );
    assert.deepEqual(example.steps[1]?.input, { name: 'Ann' });
    assert.deepEqual(
      [example.end?.state, example.end?.output, example.stopped],
      ['succeeded', { sum: 'Bob' }, null],
    );
    const given = await client.tryWorkflow({
      params,
      body: {
        ...body,
        input: { pin: 'hunter22' },
        outputs: { inner: { greeting: 'Hi' }, ripe: { met: false } },
      },
    });
    assert.deepEqual(given.steps.map(({ from }) => from).filter((from) => from === 'given').length, 2);
    assert.equal(given.steps[3]?.output, 'Hi1');
    assert.doesNotMatch(JSON.stringify(given), /hunter22/);
    assert.equal(given.input['pin'], '[protected]');
    const after_ = await client.listExecutions({ params: { accountId: sample.account.id } });
    assert.deepEqual(after_, before_, 'no execution is stored');
  });

  test('of a draft that is not saved; what steps really gave; where it fails', async () => {
    const { workflowId, draft } = await trialOf();
    const { client } = server;
    await store(server, sample.customers.id, [{ id: 'cat', data: { id: 'cat', name: 'Cat', age: 1 } }]);
    const text = JSON.stringify(draft).replace('\\"bob\\"', '\\"cat\\"').replace('3600', '0');
    const other = workflowDefinitionSchema.parse(JSON.parse(text));
    await publish(other, workflowId);
    const order = { id: 'o1', customer: 'bob', paid: true };
    const id = await ran(workflowId, { order });
    const params = { workflowId };
    const latest = await client.tryWorkflow({ params, body: { definition: other, input: { order } } });
    assert.deepEqual(
      [latest.steps[1]?.from, latest.steps[1]?.fromExecution, latest.steps[1]?.output],
      ['latest', id, { greeting: 'Hello Bob' }],
    );
    assert.deepEqual([latest.steps[6]?.from, latest.end?.output], ['worked_out', { sum: 'Cat' }]);
    const past = await client.tryWorkflow({ params, body: { executionId: id } });
    assert.deepEqual([past.steps[1]?.from, past.steps[6]?.from], ['execution', 'execution']);

    const failing = definition([set('a', 'inputs.nothing')]);
    const wrong = await client.tryWorkflow({ params, body: { definition: failing } });
    assert.deepEqual(
      [wrong.end?.state, wrong.end?.error?.code, wrong.end?.endedIn],
      ['failed', 'expression_invalid', 'a'],
    );
    const many = JSON.stringify(Array.from({ length: 40 }, (_, n) => n));
    const endless = definition([
      {
        kind: 'each',
        key: 'a',
        title: 'A',
        items: many,
        block: [{ kind: 'each', key: 'b', title: 'B', items: many, block: [set('c', '1')] }],
      },
    ]);
    const long = await client.tryWorkflow({ params, body: { definition: endless } });
    if (long.end === null) assert.deepEqual([long.stopped?.code, long.steps.length], ['steps', 1_000]);
    else assert.fail(JSON.stringify(long.end));
  });

  test('refuses records that are not there, executions of others, connections of others', async () => {
    const { workflowId } = await trialOf();
    const params = { workflowId };
    const { client } = server;
    const missing = await problemOf(client.tryWorkflow({ params, body: { records: { order: 'nope' } } }));
    assert.equal(missing.status, 404);
    const odd = await problemOf(client.tryWorkflow({ params, body: { records: { pin: 'x' } } }));
    assert.equal(odd.code, 'request_invalid');
    const other = await publish(definition([set('a', '1')]));
    const foreign = await ran(other);
    assert.equal(
      (await problemOf(client.tryWorkflow({ params, body: { executionId: foreign } }))).status,
      404,
    );
    const strange = { shop: '0190a000-0000-7000-8000-000000000000' };
    assert.equal(
      (await problemOf(client.tryWorkflow({ params, body: { bindings: strange } }))).code,
      'request_invalid',
    );
  });
});

describe('repeats over the API', { timeout: 60_000 }, () => {
  const inputs = [
    { key: 'n', title: 'N', type: { kind: 'number' } },
    { key: 'pin', title: 'Pin', type: { kind: 'text' }, required: false, protected: true },
  ];
  const large = (most: number) => ({
    kind: 'decision',
    key: 'large',
    title: 'Large?',
    criteria: `variables.sum > ${most}`,
    whenTrue: [{ kind: 'stop', key: 'end', title: 'End', outcome: 'failed', message: 'inputs.pin' }],
  });
  const output = [{ key: 'sum', title: 'Sum', value: 'variables.sum' }];
  const version = (most: number) =>
    definition([set('double', 'inputs.n * 2'), large(most)], { inputs, output });

  test('an execution is replayed against a draft, and run again with it once it is published', async () => {
    const { client } = server;
    const workflowId = await publish(version(10));
    const executionId = await ran(workflowId, { n: 7, pin: 'hunter22' });
    const params = { executionId };
    const same = await client.replayExecution({ params, body: { against: 'current' } });
    assert.deepEqual([same.verdict, same.counts.same, same.replayedVersion], ['same', 3, 1]);
    const draft = version(100);
    const changed = await client.replayExecution({ params, body: { against: draft } });
    assert.deepEqual(
      [changed.verdict, changed.counts, changed.end.recorded?.state, changed.end.replayed?.output],
      [
        'different',
        { same: 1, different: 1, onlyRecorded: 1, onlyReplayed: 0, unknown: 0, open: 0 },
        'failed',
        { sum: 14 },
      ],
    );
    const [, decision] = changed.steps;
    assert.deepEqual(
      [decision?.title, decision?.verdict, decision?.differences[0]?.path],
      ['Large?', 'different', 'branch'],
    );
    assert.doesNotMatch(JSON.stringify(changed), /hunter22/);
    assert.equal(
      (await problemOf(client.replayExecution({ params, body: { against: 9 } }))).code,
      'conflict',
    );

    const refused = await problemOf(
      client.runExecutionAgain({ params, body: { from: 'nowhere', version: 'recorded' } }),
    );
    assert.deepEqual([refused.status, refused.code], [409, 'repeat_refused']);
    await publish(draft, workflowId);
    const { id } = await client.runExecutionAgain({ params, body: { from: 'large' } });
    const repeat = await ended(id);
    assert.deepEqual([repeat.state, repeat.version, repeat.output], ['succeeded', 2, { sum: 14 }]);
    assert.deepEqual([repeat.againOf, repeat.againFrom, repeat.cause], [executionId, 'large', 'again']);
    assert.equal(repeat.input['pin'], '[protected]');
    const { items } = await client.listRepeats({ params: { executionId: id } });
    assert.deepEqual(
      items.map((one) => [one.id, one.state]),
      [
        [executionId, 'failed'],
        [id, 'succeeded'],
      ],
    );
    const { items: events } = await client.listAuditEvents({
      query: { subjectId: executionId, limit: 1 },
    });
    assert.deepEqual(
      events.map(({ action, detail }) => [action, detail['execution'], detail['from'], detail['version']]),
      [['execution.again', id, 'large', 2]],
    );
  });

  test('many are run again and replayed as jobs, which are listed with what they did', async () => {
    const { client } = server;
    const workflowId = await publish(version(10));
    const ids: string[] = [];
    for (const n of [1, 6, 7]) ids.push(await ran(workflowId, { n }));
    await publish(version(13), workflowId);
    const replays = await client.replayExecutions({ params: { workflowId }, body: { against: 'current' } });
    const summary = replaySummary.parse((await done(replays)).result);
    assert.deepEqual([summary.executions, summary.same, summary.different, summary.failing], [3, 2, 1, 0]);
    assert.deepEqual([summary.list[0]?.executionId, summary.list[0]?.place], [ids[1], 'large']);

    const params = { accountId: sample.account.id };
    const filter = { workflowId, state: ['failed' as const] };
    const dry = await client.runExecutionsAgain({ params, body: { filter, dryRun: true } });
    assert.deepEqual(againSummary.parse((await done(dry)).result), {
      dryRun: true,
      looked: 2,
      begun: 2,
      skipped: {},
    });
    const job = await client.runExecutionsAgain({ params, body: { filter, perMinute: 60_000 } });
    assert.deepEqual((await done(job)).result, { dryRun: false, looked: 2, begun: 2, skipped: {} });
    for (const id of ids.slice(1)) {
      const { items } = await client.listRepeats({ params: { executionId: id } });
      const [, repeat] = items;
      assert.equal((await ended(repeat?.id ?? '')).state, id === ids[1] ? 'succeeded' : 'failed');
    }
    const second = await done(await client.runExecutionsAgain({ params, body: { filter, dryRun: true } }));
    assert.deepEqual(againSummary.parse(second.result).skipped, {
      succeeded_since: 1,
      run_again_by_this_job: 1,
    });
    const { items } = await client.listRepeatJobs({ params });
    const listed = items.find(({ id }) => id === job.id);
    assert.deepEqual([listed?.kind, listed?.state, listed?.again?.begun], ['run_again', 'succeeded', 2]);
    const { items: events } = await client.listAuditEvents({ query: { subjectId: sample.account.id } });
    assert.ok(
      events.some(({ action, detail }) => action === 'execution.again_many' && detail['job'] === job.id),
    );
  });

  test('read-only people may look, and others see nothing', async () => {
    const workflowId = await publish(version(10));
    const executionId = await ran(workflowId, { n: 1 });
    const reader = await personClient(server, {
      email: 'reader@example.com',
      role: 'member',
      memberships: [{ accountId: sample.account.id, role: 'read_only' }],
    });
    const stranger = await personClient(server, { email: 'stranger@example.com', role: 'member' });
    const send = async (person: typeof reader, path: string, body?: object): Promise<number> => {
      const response = await person.fetch(`${server.baseUrl}/api/v1${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
      await response.body?.cancel();
      return response.status;
    };
    const changes: [string, object][] = [
      [`/workflows/${workflowId}/trial`, {}],
      [`/workflows/${workflowId}/replays`, { against: 'draft' }],
      [`/executions/${executionId}/replay`, { against: 'draft' }],
      [`/executions/${executionId}/again`, {}],
      [`/accounts/${sample.account.id}/executions/again`, {}],
    ];
    for (const [path, body] of changes) {
      assert.equal(await send(reader, path, body), 403, path);
      assert.equal(await send(stranger, path, body), 404, path);
    }
    for (const path of [`/executions/${executionId}/repeats`, `/accounts/${sample.account.id}/repeat-jobs`]) {
      assert.equal(await send(reader, path), 200, path);
      assert.equal(await send(stranger, path), 404, path);
    }
  });
});
