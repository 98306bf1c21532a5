import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { moduleJobs } from '@middle/worker/modules/update.ts';
import {
  call,
  copyNamed,
  daily,
  freshModule,
  moduleWorld,
  problemOf,
  set,
  until,
  workflow,
  workflowsOf,
} from './testing/modules.ts';
import type { ModuleWorld } from './testing/modules.ts';

let world: ModuleWorld;

before(async () => {
  world = await moduleWorld();
  world.jobs();
  await world.account('with-the-app');
});
after(async () => world[Symbol.asyncDispose]());

describe('a new version of a module', () => {
  test('reaches the accounts that chose it, each with its values and its switches', async () => {
    const first = await world.account('reached-1');
    const second = await world.account('reached-2');
    const not = await world.account('not-reached');
    const one = freshModule();
    await world.publish(one);
    await world.choose(one, first.account.id, { variables: { limit: 20 }, triggersOn: true });
    const { optIn } = await world.choose(one, second.account.id, { features: ['reporting'] });
    const workflowId = copyNamed(optIn, 'report');
    const copies = one.workflows.map((each) =>
      each.key === 'shared' ? { ...each, ...workflow('shared', [set('variables.limit * 2')]) } : each,
    );
    const weekly = { ...daily, key: 'again', name: 'And again' };
    const changed = copies.map((each) =>
      each.key === 'report'
        ? { ...each, ...workflow('report', [call('shared')], {}, [daily, weekly]) }
        : each,
    );
    const published = await world.publish({ ...one, ...workflowsOf(changed) });
    assert.deepEqual([published.version, published.accounts], [2, 2]);
    const reached = await world.brought(one, first.account.id);
    assert.deepEqual([reached.state, reached.version, reached.problem], ['current', 2, null]);
    assert.deepEqual(await world.outputOf(copyNamed(reached, 'shared')), { limit: 40 });
    const [kept] = (await world.client.listTriggers({ params: { workflowId: copyNamed(reached, 'greet') } }))
      .items;
    assert.equal(kept?.enabled, true);
    const other = await world.brought(one, second.account.id);
    assert.equal(copyNamed(other, 'report'), workflowId);
    const triggers = (await world.client.listTriggers({ params: { workflowId } })).items;
    assert.deepEqual(
      triggers.map(({ definition, enabled }) => [definition.name, enabled]),
      [
        ['And again', false],
        ['Each morning', false],
      ],
    );
    assert.equal((await world.state(one, not.account.id)).optIn, null);
    const users = await world.client.listModuleAccounts({ params: { moduleKey: one.key } });
    assert.deepEqual(
      users.items.map(({ accountKey, state }) => [accountKey, state]),
      [
        ['reached-1', 'current'],
        ['reached-2', 'current'],
      ],
    );
    const blocked = await problemOf(world.client.deleteModule({ params: { moduleKey: one.key } }));
    assert.match(blocked.detail, /is used by “Account reached-1”, “Account reached-2”/);
  });

  test('that an account cannot take changes nothing there, says why, and is taken once it can', async () => {
    const { account } = await world.account('attention');
    const one = freshModule();
    await world.publish(one);
    await world.choose(one, account.id, { variables: { limit: 3 } });
    const tone = { key: 'tone', title: 'Tone', type: { kind: 'text' }, initial: '""' };
    const [greet, report, shared] = one.workflows;
    assert.ok(greet !== undefined && report !== undefined && shared !== undefined);
    const variables = [
      ...(Array.isArray(greet.definition['variables']) ? greet.definition['variables'] : []),
      tone,
    ];
    const asking = { ...greet, definition: { ...greet.definition, variables } };
    const next = {
      ...one,
      variables: [...one.variables, { key: 'tone', title: 'Tone', description: '' }],
      workflows: [
        asking,
        report,
        { ...shared, ...workflowsOf([workflow('shared', [set('0')])]).workflows[0] },
      ],
    };
    await world.publish(next);
    const stuck = await world.brought(one, account.id);
    assert.deepEqual([stuck.state, stuck.version, stuck.problem?.version], ['attention', 1, 2]);
    assert.deepEqual(
      stuck.problem?.problems.map(({ path }) => path),
      ['variables.tone'],
    );
    assert.deepEqual(await world.outputOf(copyNamed(stuck, 'shared')), { limit: 4 });
    const { attention } = await world.client.getModule({ params: { moduleKey: one.key } });
    assert.equal(attention, 1);
    const fixed = await world.choose(one, account.id, { variables: { limit: 3, tone: 'kind' } });
    assert.deepEqual([fixed.optIn?.state, fixed.optIn?.problem, fixed.optIn?.version], ['current', null, 2]);
    assert.deepEqual(await world.outputOf(copyNamed(fixed.optIn, 'shared')), { limit: 0 });
  });

  test('waits for a trigger of the account’s own that it would break, and for its owner to try again', async () => {
    const { account } = await world.account('own-trigger');
    const one = freshModule();
    await world.publish(one);
    const { optIn } = await world.choose(one, account.id, { features: ['reporting'] });
    const workflowId = copyNamed(optIn, 'report');
    const { key: _key, ...definition } = { ...daily, name: 'My own', kind: 'schedule' as const };
    const trigger = await world.client.createTrigger({
      params: { workflowId },
      body: {
        definition: { ...definition, schedule: { kind: 'daily', time: '05:00', timeZone: 'UTC' } },
        enabled: true,
      },
    });
    const input = { key: 'who', title: 'Who', type: { kind: 'text' } };
    const report = workflow('report', [set('1')], { inputs: [input] }, [
      { ...daily, input: { who: '"us"' } },
    ]);
    const workflows = one.workflows.map((each) => (each.key === 'report' ? { ...each, ...report } : each));
    await world.publish({ ...one, ...workflowsOf(workflows) });
    const stuck = await world.brought(one, account.id);
    assert.equal(stuck.state, 'attention');
    assert.match(stuck.problem?.message ?? '', /The trigger “My own” is on, and input.who doesn’t fit/);
    await world.client.deleteTrigger({ params: { triggerId: trigger.id } });
    const retried = await world.client.retryModuleUpdate({ params: { moduleKey: one.key } });
    assert.equal(retried.accounts, 1);
    assert.equal((await world.brought(one, account.id)).version, 2);
    assert.equal((await world.client.retryModuleUpdate({ params: { moduleKey: one.key } })).accounts, 0);
  });

  test('without any of the chosen features needs attention; a part that went goes', async () => {
    const { account } = await world.account('gone');
    const one = freshModule();
    await world.publish(one);
    await world.choose(one, account.id, { features: ['greeting', 'reporting'] });
    const reporting = {
      ...one,
      workflows: one.workflows.filter(({ key }) => key !== 'greet'),
      features: one.features.filter(({ key }) => key === 'reporting'),
    };
    await world.publish(reporting);
    const left = await world.brought(one, account.id);
    assert.deepEqual([left.state, left.features, left.workflows.length], ['current', ['reporting'], 2]);
    await world.publish({
      ...one,
      features: one.features.map((each) => ({ ...each, key: `new-${each.key}` })),
    });
    const stuck = await world.brought(one, account.id);
    assert.match(stuck.problem?.message ?? '', /none of the features/);
    assert.equal(stuck.workflows.length, 2);
  });

  test('goes on where a job ended in the middle', async () => {
    const one = freshModule();
    await world.publish(one);
    const accounts: string[] = [];
    for (const key of ['middle-1', 'middle-2', 'middle-3']) {
      const { id } = await world.client.createAccount({ body: { key, name: key } });
      await world.choose(one, id, { features: ['reporting'] });
      accounts.push(id);
    }
    const { rows } = await world.server.deps.database.query<{ id: string }>(
      sql`select id from middle.module where key = ${one.key}`,
    );
    const ending = new AbortController();
    const job = {
      id: rows[0]?.id ?? '',
      kind: 'module_update' as const,
      subject: '',
      input: { moduleId: rows[0]?.id ?? '' },
      state: 'running' as const,
      attempts: 1,
      maxAttempts: 3,
      progress: null,
      result: null,
      error: null,
      cancelRequested: false,
      requestedBy: 'test',
      queuedAt: new Date(),
      startedAt: null,
      endedAt: null,
      fence: '1',
    };
    // As a job that another worker has: the running jobs bring the same accounts at the same time.
    const handle = moduleJobs({
      database: world.server.worker,
      clock: world.server.deps.clock,
    }).module_update;
    const published = world.publish({ ...one, title: 'Next' });
    await published;
    const both = handle?.(job, {
      signal: ending.signal,
      progress: ({ done }) => {
        if (done === 1) ending.abort();
      },
    });
    await both?.catch((error: unknown) => assert.ok(ending.signal.aborted, String(error)));
    for (const accountId of accounts) assert.equal((await world.brought(one, accountId)).version, 2);
    const { rows: versions } = await world.server.deps.database.query<{ most: number }>(sql`
      select max(w.version) as most from middle.workflow w where w.account_id = any(${accounts}::uuid[])`);
    assert.equal(versions[0]?.most, 1, 'only the title changed, so no copy has a new version');
  });
});

describe('at the same time', () => {
  test('accounts opt in, some twice, while versions are published: all end at the newest, with one set of copies', async () => {
    const one = freshModule();
    await world.publish(one);
    const accounts: string[] = [];
    for (const key of ['racing-1', 'racing-2', 'racing-3', 'racing-4']) {
      accounts.push((await world.client.createAccount({ body: { key, name: key } })).id);
    }
    const work = (value: string) =>
      one.workflows.map((each) =>
        each.key === 'shared' ? { ...each, ...workflow('shared', [set(value)]) } : each,
      );
    await Promise.all([
      ...[...accounts, ...accounts].map((id) => world.choose(one, id, { features: ['reporting'] })),
      ...['20', '30', '40'].map((value) => world.publish({ ...one, ...workflowsOf(work(value)) })),
    ]);
    const { version } = await world.client.getModule({ params: { moduleKey: one.key } });
    assert.equal(version, 4);
    const newest = await world.client.getModuleVersion({ params: { moduleKey: one.key, version } });
    const shared = newest.content.workflows.find(({ key }) => key === 'shared');
    for (const accountId of accounts) {
      const optIn = await world.brought(one, accountId);
      assert.deepEqual([optIn.state, optIn.version, optIn.workflows.length], ['current', version, 2]);
      const { draft } = await world.client.getWorkflow({
        params: { workflowId: copyNamed(optIn, 'shared') },
      });
      assert.equal(stepValue({ steps: draft.steps }), stepValue(shared?.definition ?? {}));
    }
  });
});

function stepValue({ steps }: Readonly<Record<string, unknown>>): unknown {
  const [first]: { value?: unknown }[] = JSON.parse(JSON.stringify(steps));
  return first?.value;
}

describe('triggers of copies', () => {
  test('that are on are never off while a version changes them: they miss no record and no tick', async () => {
    const { account } = await world.account('never-off');
    const one = freshModule();
    await world.publish(one);
    const features = ['greeting', 'reporting'];
    await world.choose(one, account.id, { features, triggersOn: true });
    const moments = async () => {
      const { rows } = await world.server.deps.database.query<object>(sql`
        select t.id, t.module_trigger, t.enabled, t.enabled_since, t.next_tick_at from middle.trigger t
        join middle.workflow w on w.id = t.workflow_id where w.account_id = ${account.id} order by t.module_trigger`);
      return rows;
    };
    // A tick that is due and was not taken yet.
    await world.server.worker.query(sql`
      update middle.trigger t set next_tick_at = now() - interval '1 second' from middle.workflow w
      where w.id = t.workflow_id and w.account_id = ${account.id} and t.kind = 'schedule'`);
    const earlier = await moments();
    const workflows = one.workflows.map((each) => ({
      ...each,
      triggers: each.triggers.map((trigger) => ({
        ...trigger,
        name: `${trigger.name} again`,
        discard: 'false',
      })),
    }));
    await world.publish({ ...one, workflows });
    assert.equal((await world.brought(one, account.id)).state, 'current');
    assert.deepEqual(await moments(), earlier);
    assert.equal(earlier.length, 2);
  });

  test('are replaced, with their switch, when they become of another kind', async () => {
    const { account } = await world.account('other-kind');
    const one = freshModule();
    await world.publish(one);
    await world.choose(one, account.id, { triggersOn: true });
    const workflows = one.workflows.map((each) =>
      each.key === 'greet' ? { ...each, triggers: [{ ...daily, key: 'customers' }] } : each,
    );
    await world.publish({ ...one, ...workflowsOf(workflows) });
    const optIn = await world.brought(one, account.id);
    const params = { workflowId: copyNamed(optIn, 'greet') };
    const [trigger, ...others] = (await world.client.listTriggers({ params })).items;
    assert.deepEqual([trigger?.definition.kind, trigger?.enabled, others], ['schedule', true, []]);
  });
});

describe('a job that meets a fault of the platform', () => {
  test('brings the other accounts, and says so at its last attempt', async () => {
    const one = freshModule();
    await world.publish(one);
    const accounts: string[] = [];
    for (const key of ['faulty', 'healthy']) {
      const { id } = await world.client.createAccount({ body: { key, name: key } });
      await world.choose(one, id, { features: ['reporting'] });
      accounts.push(id);
    }
    const [faulty = '', healthy = ''] = accounts;
    // A draft that can't be read: nothing that the API lets in, so as after a mistake of ours.
    const spoil = (draft: string) =>
      world.server.deps.database.query(
        sql`update middle.workflow set draft = ${draft}::jsonb where account_id = ${faulty}`,
      );
    await spoil('{"steps": 7}');
    await world.publish({ ...one, title: 'Next' });
    assert.equal((await world.brought(one, healthy)).version, 2);
    // It is tried three times, with pauses: the last one says what is wrong.
    const hurry = async () => {
      await world.server.worker.query(
        sql`update middle.job set next_attempt_at = now() where state = 'queued'`,
      );
      return world.state(one, faulty);
    };
    const stuck = await until(hurry, ({ optIn }) => optIn?.state === 'attention');
    assert.deepEqual([stuck.optIn?.version, stuck.optIn?.problem?.version], [1, 2]);
    await spoil('{}');
    assert.equal((await world.client.retryModuleUpdate({ params: { moduleKey: one.key } })).accounts, 1);
    assert.equal((await world.brought(one, faulty)).version, 2);
  });
});

describe('an account that opts out', () => {
  const keys = (features: string[]) => ({ features });

  test('is refused while others of its workflows call a copy that would go', async () => {
    const { account } = await world.account('called');
    const one = freshModule();
    await world.publish(one);
    const { optIn } = await world.choose(one, account.id, keys(['greeting', 'reporting']));
    const shared = copyNamed(optIn, 'shared');
    const params = { accountId: account.id };
    const mine = await world.client.createWorkflow({
      params,
      body: {
        name: 'Mine',
        draft: { steps: [{ kind: 'call', key: 'a', title: 'A', workflow: shared, input: {} }] },
      },
    });
    await world.client.publishWorkflow({
      params: { workflowId: mine.id },
      body: { revision: mine.draftRevision },
    });
    const leaving = { params: { ...params, moduleKey: one.key } };
    const refused = await problemOf(world.client.leaveModule(leaving));
    assert.deepEqual([refused.status, refused.code], [422, 'module_unfit']);
    assert.match(refused.detail, /“shared of it” is called by “Mine”/);
    await world.choose(one, account.id, keys(['reporting']));
    assert.equal((await world.client.listWorkflows({ params })).items.length, 3);

    await world.client.leaveModule({ ...leaving, query: { copies: 'keep' } });
    const kept = await world.client.getWorkflow({ params: { workflowId: shared } });
    assert.equal(kept.module, null);
    await world.client.saveWorkflowDraft({
      params: { workflowId: shared },
      body: { definition: kept.draft, revision: kept.draftRevision },
    });
    await world.choose(one, account.id, keys(['reporting']));
    assert.equal((await world.client.listWorkflows({ params })).items.length, 5);
  });

  for (const underWay of ['finish', 'cancel'] as const) {
    test(`lets what is under way ${underWay}`, async () => {
      const { account } = await world.account(`leaving-${underWay}`);
      // Long enough to opt out meanwhile; on a machine so slow that it ends before, nothing is under way any more.
      const seconds = underWay === 'finish' ? '3' : '600';
      const wait = { kind: 'wait', key: 'wait', title: 'Wait', until: { kind: 'duration', seconds } };
      const one = freshModule({
        workflows: [workflow('report', [wait, call('shared')]), workflow('shared', [set('8')])],
        features: [{ key: 'reporting', title: 'Reporting', workflows: ['report'] }],
        connections: [],
      });
      await world.publish(one);
      const { optIn } = await world.choose(one, account.id, keys(['reporting']));
      const workflowId = copyNamed(optIn, 'report');
      const { id: executionId } = await world.client.startWorkflow({ params: { workflowId }, body: {} });
      const read = () => world.client.getExecution({ params: { executionId } });
      await until(read, ({ state }) => state === 'waiting' || state === 'succeeded');
      await world.client.leaveModule({
        params: { accountId: account.id, moduleKey: one.key },
        query: { underWay },
      });
      const { state, error } = await until(read, ({ endedAt }) => endedAt !== null);
      assert.equal(state, underWay === 'finish' ? 'succeeded' : 'cancelled', JSON.stringify(error));
    });
  }
});
