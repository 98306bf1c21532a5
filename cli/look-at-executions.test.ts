import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testServer } from '@middle/api/testing/server.ts';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { endExecutions } from '@middle/store/executions/commit.ts';
import { addDayPartitions } from '@middle/store/retention.ts';
import { Command } from 'commander';
import type { Context } from './context.ts';
import { registerLooking } from './look-at-executions.ts';

const DEFINITION = workflowDefinitionSchema.parse({
  inputs: [{ key: 'n', title: 'N', type: { kind: 'number' }, required: false }],
  variables: [{ key: 'x', title: 'X', type: { kind: 'number' }, initial: '0' }],
  steps: [{ kind: 'set', key: 'first', title: 'The first', variable: 'x', value: '1' }],
});

test('executions are listed, shown with their steps and cancelled from the command line', async () => {
  await using server = await testServer();
  await addDayPartitions(server.worker, new Date(), 1);
  const { client } = server;
  const account = await client.createAccount({ body: { key: 'demo', name: 'Demo' } });
  const { id: workflowId, draftRevision } = await client.createWorkflow({
    params: { accountId: account.id },
    body: { name: 'Main', draft: DEFINITION },
  });
  await client.publishWorkflow({ params: { workflowId }, body: { revision: draftRevision } });
  const start = async (n: number): Promise<string> =>
    (await client.startWorkflow({ params: { workflowId }, body: { input: { n } } })).id;
  const [failed, open] = [await start(1), await start(2)];
  const error = { code: 'function_error', message: 'no such customer', fault: 'developer' as const };
  await server.worker.transaction((transaction) =>
    endExecutions(transaction, [
      { id: failed, state: 'failed', output: null, error, endedIn: 'first', steps: 0 },
    ]),
  );

  const say = async (...args: readonly string[]): Promise<string> => {
    const said: string[] = [];
    const refuse = (): never => assert.fail('only the API is asked');
    const context: Context = {
      json: false,
      dataFolder: '',
      api: () => Promise.resolve(client),
      address: refuse,
      control: refuse,
      print: (_value, human) => void said.push(human()),
      note: () => {},
    };
    const program = new Command('executions').exitOverride().configureOutput({ writeErr: () => {} });
    registerLooking(program, context);
    await program.parseAsync(args, { from: 'user' });
    assert.equal(said.length, 1);
    return said[0] ?? assert.fail();
  };

  const all = await say('list', 'demo');
  assert.match(all, new RegExp(`Main .*${open}[^]*no such customer .*${failed}`));
  const failures = await say('list', 'demo', '--workflow', 'main', '--state', 'failed', '--limit', '1');
  assert.ok(failures.includes(failed) && !failures.includes(open));
  assert.equal(await say('list', 'demo', '--until', '2020-01-01T00:00:00Z'), 'No executions.');
  await assert.rejects(say('list', 'demo', '--limit', '0'), /--limit must be a number/);
  await assert.rejects(say('list', 'demo', '--state', 'gone'), /Allowed choices/);

  const shown = await say('get', failed);
  assert.match(shown, /Main.* version 1: .*failed[^]*no such customer \(function_error\)[^]*No steps yet/);
  await assert.rejects(say('get', workflowId), /there is no execution/);

  assert.equal(await say('cancel', open), `Asked to end ${open}.`);
  await assert.rejects(say('cancel', failed), /has ended already/);
});
