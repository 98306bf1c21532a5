import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  call,
  copyNamed,
  freshModule,
  moduleWorld,
  problemOf,
  set,
  until,
  workflow,
  onCustomer,
} from './testing/modules.ts';
import type { ModuleWorld } from './testing/modules.ts';
import { personClient } from './testing/sample.ts';

let world: ModuleWorld;

before(async () => {
  world = await moduleWorld();
  world.jobs();
  await world.account('with-the-app');
});
after(async () => world[Symbol.asyncDispose]());

describe('modules of the stack', () => {
  test('are published in versions that never change; the same again is no new one', async () => {
    const one = freshModule();
    assert.deepEqual(await world.publish(one, 'First'), {
      key: one.key,
      version: 1,
      isNew: true,
      accounts: 0,
    });
    assert.deepEqual(await world.publish(one), { key: one.key, version: 1, isNew: false, accounts: 0 });
    assert.equal((await world.publish({ ...one, title: 'Another' })).version, 2);
    const params = { moduleKey: one.key };
    const found = await world.client.getModule({ params });
    assert.deepEqual([found.title, found.version, found.accounts], ['Another', 2, 0]);
    const first = await world.client.getModuleVersion({ params: { ...params, version: 1 } });
    assert.deepEqual([first.content, first.notes, first.isInForce], [one, 'First', false]);
    const page = await world.client.listModuleVersions({ params, query: { limit: 1 } });
    const rest = await world.client.listModuleVersions({ params, query: { after: page.next ?? '' } });
    assert.deepEqual(
      [...page.items, ...rest.items].map(({ version }) => version),
      [2, 1],
    );
    const none = await problemOf(world.client.getModuleVersion({ params: { ...params, version: 9 } }));
    assert.equal(none.status, 404);
    await world.client.deleteModule({ params });
    assert.equal((await problemOf(world.client.getModule({ params }))).status, 404);
  });

  test('that are wrong are refused, with each problem', async () => {
    const lonely = freshModule({ connections: [{ key: 'shop', title: 'Shop', app: 'unknown' }] });
    const refused = await problemOf(world.publish(lonely));
    assert.deepEqual([refused.status, refused.code], [422, 'module_invalid']);
    assert.ok(refused.errors?.some(({ path }) => path === 'connections.shop.app'));
    const broken = freshModule({ workflows: [{ ...workflow('greet', []), definition: { steps: 7 } }] });
    assert.match((await problemOf(world.publish(broken))).detail, /workflows.greet.steps/);
  });

  test('are published by owners; others see them, and not who uses them', async () => {
    const { account } = await world.account('looking');
    const one = freshModule();
    await world.publish(one);
    const memberships = [{ accountId: account.id, role: 'full' as const }];
    const person = await personClient(world.server, { email: 'm@example.com', role: 'member', memberships });
    const send = async (method: string, path: string, body?: object) =>
      person.fetch(`${world.server.baseUrl}/api/v1${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
    const shown = await (await send('GET', `/modules/${one.key}`)).text();
    assert.match(shown, /"accounts":null,"attention":null,"template":null/);
    assert.equal((await send('POST', '/modules', { content: one })).status, 403);
    assert.equal((await send('GET', `/modules/${one.key}/accounts`)).status, 403);
    const path = `/accounts/${account.id}/modules/${one.key}`;
    assert.equal((await send('PUT', path, { features: ['greeting'] })).status, 200);
    assert.equal((await send('DELETE', path)).status, 204);
  });
});

describe('an account that opts in', () => {
  test('gets copies of its own that run with its values, and cannot change what they do', async () => {
    const { account, connection } = await world.account('values');
    const one = freshModule();
    await world.publish(one);
    const offered = await world.state(one, account.id);
    assert.equal(offered.optIn, null);
    assert.deepEqual(offered.features[0]?.workflows, ['greet of it', 'shared of it']);
    assert.deepEqual(offered.connections[0]?.candidates, [{ id: connection.id, name: 'Main' }]);
    assert.deepEqual(offered.variables[0]?.type, { kind: 'number' });

    const { optIn } = await world.choose(one, account.id, { variables: { limit: 41 }, triggersOn: true });
    assert.ok(optIn !== null);
    assert.deepEqual(
      [optIn.version, optIn.state, optIn.connections, optIn.variables],
      [1, 'current', { shop: connection.id }, { limit: 41 }],
    );
    assert.deepEqual(await world.outputOf(copyNamed(optIn, 'shared')), { limit: 42 });

    const params = { workflowId: copyNamed(optIn, 'greet') };
    const copy = await world.client.getWorkflow({ params });
    assert.deepEqual([copy.module?.key, copy.version, copy.isDraftChanged], [one.key, 1, false]);
    const refusals = [
      () =>
        world.client.saveWorkflowDraft({
          params,
          body: { definition: copy.draft, revision: copy.draftRevision },
        }),
      () => world.client.publishWorkflow({ params, body: { revision: copy.draftRevision } }),
      () => world.client.restoreWorkflowVersion({ params: { ...params, version: 1 }, body: {} }),
      () => world.client.deleteWorkflow({ params }),
      () => world.client.updateWorkflow({ params, body: { name: 'Mine' } }),
      () => world.client.updateWorkflow({ params, body: { bindings: {} } }),
    ];
    for (const refused of refusals) assert.equal((await problemOf(refused())).code, 'module_managed');
    const off = await world.client.updateWorkflow({
      params,
      body: { name: copy.name, enabled: false, atOnce: 2 },
    });
    assert.deepEqual([off.enabled, off.atOnce], [false, 2]);

    const [trigger] = (await world.client.listTriggers({ params })).items;
    assert.ok(trigger !== undefined && trigger.enabled && trigger.isOfModule);
    const own = { params: { triggerId: trigger.id } };
    assert.equal((await problemOf(world.client.deleteTrigger(own))).code, 'module_managed');
    assert.equal((await world.client.updateTrigger({ ...own, body: { enabled: false } })).enabled, false);
  });

  test('needs a connection for each slot: the only one by itself, of several the chosen one', async () => {
    const { account, connection } = await world.account('several');
    const empty = await world.client.createAccount({ body: { key: 'without', name: 'Without' } });
    const other = await world.account('elsewhere');
    const one = freshModule();
    await world.publish(one);
    const without = await problemOf(world.choose(one, empty.id));
    assert.deepEqual([without.status, without.code], [422, 'module_unfit']);
    assert.match(without.errors?.[0]?.message ?? '', /of the app shop, and the account has none/);
    assert.deepEqual((await world.client.listWorkflows({ params: { accountId: empty.id } })).items, []);
    await world.choose(one, empty.id, { features: ['reporting'] });

    const { id } = await world.client.createConnection({
      params: { accountId: account.id },
      body: {
        app: 'shop',
        name: 'Second',
        syncs: 'off',
        credentials: { fields: { user: 'a', secret: 'b' } },
      },
    });
    assert.match((await problemOf(world.choose(one, account.id))).detail, /“Main” or “Second”: choose one/);
    const foreign = world.choose(one, account.id, { connections: { shop: other.connection.id } });
    assert.match((await problemOf(foreign)).detail, /the account has no such connection/);
    await world.choose(one, account.id, { connections: { shop: id } });
    const { optIn } = await world.choose(one, account.id, { connections: { shop: connection.id } });
    const workflowId = copyNamed(optIn, 'greet');
    assert.deepEqual((await world.client.getWorkflow({ params: { workflowId } })).bindings, {
      shop: connection.id,
    });
    const [trigger] = (await world.client.listTriggers({ params: { workflowId } })).items;
    assert.ok(trigger?.definition.kind === 'record' && trigger.definition.connectionId === connection.id);
  });

  test('is told what is wrong with its values and features', async () => {
    const { account } = await world.account('wrong');
    const one = freshModule({ variables: [{ key: 'limit', title: 'Limit' }] });
    await world.publish(one);
    const messages = async (body: object) => {
      const { errors } = await problemOf(world.choose(one, account.id, body));
      return (errors ?? []).map(({ path, message }) => `${path} ${message}`).join('\n');
    };
    assert.match(await messages({}), /variables.limit is needed/);
    assert.match(await messages({ variables: { limit: 'much' } }), /variables.limit must be a number/);
    assert.match(await messages({ variables: { limit: 1, limt: 1 } }), /did you mean limit/);
    assert.match(
      await messages({ features: ['greetings'] }),
      /features.greetings the module has no such feature/,
    );
    assert.match(
      await messages({ connections: { bank: account.id }, variables: { limit: 1 } }),
      /connections.bank/,
    );
  });

  test('keeps its own workflows: names that are taken are left alone', async () => {
    const { account } = await world.account('named');
    const params = { accountId: account.id };
    await world.client.createWorkflow({ params, body: { name: 'report of it' } });
    const one = freshModule();
    await world.publish(one);
    const { optIn } = await world.choose(one, account.id, { features: ['reporting'] });
    assert.deepEqual(
      optIn?.workflows.map(({ name }) => name),
      [`report of it (${one.title})`, 'shared of it'],
    );
    await world.choose(one, account.id, { features: ['reporting'] });
    assert.equal((await world.client.listWorkflows({ params })).items.length, 3);
  });

  test('chooses feature by feature: what both need stays until neither is chosen', async () => {
    const { account } = await world.account('features');
    const one = freshModule();
    await world.publish(one);
    const names = async (features: string[]) =>
      (await world.choose(one, account.id, { features })).optIn?.workflows.map(
        ({ name }) => name.split(' ')[0],
      );
    assert.deepEqual(await names(['greeting', 'reporting']), ['greet', 'report', 'shared']);
    const { optIn } = await world.state(one, account.id);
    assert.deepEqual(await names(['reporting']), ['report', 'shared']);
    const left = await world.state(one, account.id);
    assert.equal(copyNamed(left.optIn, 'shared'), copyNamed(optIn, 'shared'));
    const params = { accountId: account.id, moduleKey: one.key };
    await world.client.leaveModule({ params });
    assert.deepEqual((await world.client.listWorkflows({ params: { accountId: account.id } })).items, []);
    assert.equal((await problemOf(world.client.leaveModule({ params }))).status, 404);
    const { items } = await world.client.listAuditEvents({
      query: { accountId: account.id, subjectKind: 'module' },
    });
    assert.deepEqual(
      items.map(({ action }) => action),
      ['module.opt_out', 'module.choose', 'module.opt_in'],
    );
  });
});

describe('a module made of an account’s workflows', () => {
  test('takes what they call, their triggers and slots; taken again, keys stay and copies follow', async () => {
    const template = await world.account('template');
    const user = await world.account('user-of-template');
    const params = { accountId: template.account.id };
    const made = async (name: string, draft: object) => {
      const { id, draftRevision } = await world.client.createWorkflow({
        params,
        body: { name, draft, bindings: { shop: template.connection.id } },
      });
      await world.client.publishWorkflow({ params: { workflowId: id }, body: { revision: draftRevision } });
      return id;
    };
    const shared = await made('Çafé & co', workflow('x', [set('variables.limit + 1')]).definition);
    const slots = { connections: [{ key: 'shop', title: 'Shop', app: 'shop' }] };
    const outer = await made('Outer', workflow('x', [call(shared)], slots).definition);
    const { key: _key, connection: _slot, ...rules } = onCustomer;
    await world.client.createTrigger({
      params: { workflowId: outer },
      body: {
        definition: {
          ...rules,
          kind: 'record',
          events: ['created'],
          connectionId: template.connection.id,
        },
      },
    });
    const key = 'from-account';
    const body = {
      key,
      title: 'From',
      features: [{ key: 'all', title: 'All', workflows: [outer] }],
      variables: [{ key: 'limit', title: 'Limit', default: 2 }],
    };
    assert.equal((await world.client.publishModuleFromAccount({ params, body })).version, 1);
    const first = await world.client.getModuleVersion({ params: { moduleKey: key, version: 1 } });
    assert.deepEqual(
      first.content.workflows.map((one) => [one.key, one.triggers.map((trigger) => trigger.key)]),
      [
        ['outer', ['on-a-customer']],
        ['cafe-co', []],
      ],
    );
    assert.ok(!JSON.stringify(first.content).includes(shared));
    assert.equal(
      (await world.client.getModule({ params: { moduleKey: key } })).template?.accountId,
      template.account.id,
    );
    const there = { accountId: user.account.id, moduleKey: key };
    const { optIn } = await world.client.chooseModule({ params: there, body: { features: ['all'] } });
    const copy = copyNamed(optIn, 'Çafé');
    assert.deepEqual(await world.outputOf(copy), { limit: 3 });

    await world.client.updateWorkflow({ params: { workflowId: shared }, body: { name: 'Renamed' } });
    assert.equal((await world.client.publishModuleFromAccount({ params, body })).version, 2);
    const { workflows } = await until(
      async () =>
        (await world.client.getAccountModule({ params: there })).optIn ?? { version: 0, workflows: [] },
      ({ version }) => version === 2,
    );
    assert.equal(copyNamed({ workflows }, 'Renamed'), copy);
  });

  test('is of published workflows of that account', async () => {
    const { account } = await world.account('unpublished');
    const other = await world.account('other-template');
    const params = { accountId: account.id };
    const draft = await world.client.createWorkflow({ params, body: { name: 'Draft' } });
    const from = (accountId: string, id: string) =>
      problemOf(
        world.client.publishModuleFromAccount({
          params: { accountId },
          body: { key: 'never', title: 'N', features: [{ key: 'a', title: 'A', workflows: [id] }] },
        }),
      );
    assert.match((await from(account.id, draft.id)).detail, /“Draft” was never published/);
    assert.match((await from(other.account.id, draft.id)).detail, /the account has no workflow/);
  });
});
