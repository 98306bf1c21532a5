import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listExecutions } from '@middle/store/executions/history.ts';
import { executionWorld } from '../testing/execution-world.ts';
import { oldTransactionsOver } from '../testing/horizon.ts';
import { followOnce } from './followers.ts';
import { textIndex } from './text-index.ts';

const DEFINITION = {
  inputs: [
    { key: 'name', title: 'Name', type: { kind: 'text' } },
    { key: 'pin', title: 'Pin', type: { kind: 'text' }, required: false, protected: true },
  ],
  variables: [{ key: 'told', title: 'Told', type: { kind: 'text' }, initial: '""' }],
  steps: [
    {
      kind: 'set',
      key: 'tell',
      title: 'Tell',
      variable: 'told',
      value: '"Dear " + inputs.name + " " + default(inputs.pin, "")',
    },
    {
      kind: 'decision',
      key: 'ok',
      title: 'Ok?',
      criteria: 'inputs.name.contains("bad")',
      whenTrue: [
        { kind: 'stop', key: 'no', title: 'No', outcome: 'failed', message: '"Refused because of spam"' },
      ],
    },
  ],
};

test(
  'executions are found by the words of their values, steps and errors, and by no protected one',
  { timeout: 60_000 },
  async () => {
    await using stack = await executionWorld();
    const { database, accountId } = stack;
    const workflowId = await stack.workflow(DEFINITION);
    const executor = stack.executor();
    const start = async (name: string, more: object = {}): Promise<string> => {
      const id = await stack.start(workflowId, { name, ...more });
      await stack.ended(id);
      return id;
    };
    const liege = await start('Zoé de Liège, ORD-12345');
    const spam = await start('bad one');
    const other = await stack.account('other');
    const theirs = await stack.start(await stack.workflow(DEFINITION, { account: other }), { name: 'Zoé' });
    await stack.ended(theirs);
    await executor.stop();
    await oldTransactionsOver(database);
    while (await followOnce(database, textIndex));
    const open = await stack.start(workflowId, { name: 'Still waiting for ZOE' });
    const found = async (text: string, more: object = {}): Promise<string[]> => {
      const page = await listExecutions(database, { accountId, text, ...more }, { limit: 50 });
      return page.map(({ id }) => id);
    };
    assert.deepEqual(await found('liege'), [liege]);
    assert.deepEqual(
      await found('12345 zoe'),
      [open, liege].filter((id) => id === liege),
    );
    assert.deepEqual(await found('zo'), [open, liege]);
    assert.deepEqual(await found('zo ', { state: ['succeeded'] }), [], 'a finished word is a whole one');
    assert.deepEqual(await found('zoe', { state: ['ready'] }), [open]);
    assert.deepEqual(await found('spam refused'), [spam]);
    assert.deepEqual(await found('dear', { state: ['failed'] }), [spam]);
    assert.deepEqual(await found('dear', { workflowId: accountId }), []);
    assert.deepEqual(await found(liege), [liege], 'by its id');
    assert.deepEqual(await found('" | !'), [], 'signs are no words, and nothing is all');
    assert.equal((await found('  ')).length, 3);
  },
);
