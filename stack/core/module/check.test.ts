import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkModule } from './check.ts';
import type { KnownApps } from './check.ts';
import { MODULE_FORMAT, moduleContentSchema } from './content.ts';
import { connectionsOf, variablesOf, workflowsOf } from './parts.ts';

const apps: KnownApps = new Map([
  [
    'shop',
    {
      recordTypes: [
        {
          key: 'sale',
          title: 'Sale',
          attributes: [
            { key: 'id', title: 'Id', type: 'primary_id' },
            { key: 'total', title: 'Total', type: 'number' },
          ],
        },
      ],
      actions: [],
    },
  ],
]);
const limit = { key: 'limit', title: 'Limit', type: { kind: 'number' }, initial: '1' };
const set = { kind: 'set', key: 'a', title: 'A', variable: 'limit', value: 'variables.limit + 1' };
const call = (key: string, workflow: string) => ({ kind: 'call', key, title: key, workflow, input: {} });
const onSale = {
  kind: 'record',
  key: 'on-sale',
  name: 'On a sale',
  connection: 'shop',
  recordType: 'sale',
  events: ['created'],
  discard: 'record.total < 1',
};

function content(change: object = {}) {
  return moduleContentSchema.parse({
    format: MODULE_FORMAT,
    key: 'care',
    title: 'Care',
    connections: [
      { key: 'shop', title: 'Shop', app: 'shop' },
      { key: 'other', title: 'Other', app: 'shop' },
    ],
    variables: [{ key: 'limit', title: 'Limit' }],
    workflows: [
      {
        key: 'all',
        name: 'All',
        definition: { variables: [limit], steps: [set, call('b', 'one')] },
        triggers: [onSale],
      },
      { key: 'one', name: 'One', definition: { variables: [limit], steps: [set] } },
      {
        key: 'alone',
        name: 'Alone',
        definition: {
          connections: [{ key: 'other', title: 'O', app: 'shop' }],
          variables: [limit],
          steps: [set],
        },
      },
    ],
    features: [
      { key: 'basic', title: 'Basic', workflows: ['all'] },
      { key: 'more', title: 'More', workflows: ['alone', 'one'] },
    ],
    ...change,
  });
}

const messages = (change: object) =>
  checkModule(content(change), apps).map((one) => `${one.path} ${one.message}`);
const workflow = (definition: object, more: object = {}) => ({
  workflows: [{ key: 'w', name: 'W', definition, ...more }],
  features: [{ key: 'f', title: 'F', workflows: ['w'] }],
  variables: [],
});

test('a module that is right has no problems; what a feature needs follows from its workflows', () => {
  const whole = content();
  assert.deepEqual(checkModule(whole, apps), []);
  const basic = workflowsOf(whole, ['basic']);
  assert.deepEqual(
    basic.map(({ key }) => key),
    ['one', 'all'],
  );
  assert.deepEqual(
    connectionsOf(whole, basic).map(({ key }) => key),
    ['shop'],
  );
  assert.deepEqual(
    connectionsOf(whole, workflowsOf(whole, ['more'])).map(({ key }) => key),
    ['other'],
  );
  assert.deepEqual(
    variablesOf(whole, basic).map(({ key, required }) => [key, required]),
    [['limit', true]],
  );
  assert.deepEqual(workflowsOf(whole, []), []);
});

test('what is named and not there is found, with what was meant', () => {
  assert.match(
    messages({ features: [{ key: 'basic', title: 'B', workflows: ['alll', 'alone'] }] }).join('\n'),
    /features.basic.workflows there is no workflow “alll”; did you mean all\?[\s\S]*workflows.all is in no feature/,
  );
  assert.match(
    messages({ connections: [{ key: 'shop', title: 'S', app: 'shopp' }] }).join('\n'),
    /no version of the app shopp/,
  );
  assert.match(
    messages({ connections: [] }).join('\n'),
    /no connection “other”[\s\S]*triggers.on-sale.connection/,
  );
  assert.match(
    messages({ variables: [{ key: 'other', title: 'O' }] }).join('\n'),
    /variables.other is a variable of none/,
  );
  assert.match(
    messages({ variables: [{ key: 'limit', title: 'L', default: 'x' }] }).join('\n'),
    /must be a number/,
  );
});

test('circles, doubles, other apps and other types are refused', () => {
  assert.deepEqual(messages(workflow({ steps: [call('a', 'w')] })), [
    'workflows.w calls itself in the end: w → w',
  ]);
  const { workflows } = content();
  assert.match(
    messages({ workflows: [...workflows, ...workflows] }).join('\n'),
    /workflows.all is there more than once/,
  );
  const elsewhere = {
    connections: [{ key: 'shop', title: 'S', app: 'bank' }],
    steps: [set],
    variables: [limit],
  };
  assert.match(messages(workflow(elsewhere)).join('\n'), /is of the app bank; that of the module is of shop/);
  const [all, one, alone] = workflows;
  const text = {
    ...one,
    definition: { variables: [{ ...limit, type: { kind: 'text' }, initial: '""' }], steps: [] },
  };
  assert.match(messages({ workflows: [all, text, alone] }).join('\n'), /variables.limit has another type/);
});

test('wrong expressions of steps and triggers are found before an account has them', () => {
  const wrong = { variables: [limit], steps: [{ ...set, value: 'variables.limt' }] };
  assert.match(messages(workflow(wrong)).join('\n'), /^workflows.w.steps\[0\].value /);
  const right = { variables: [limit], steps: [set] };
  assert.match(
    messages(workflow(right, { triggers: [{ ...onSale, discard: 'record.totl < 1' }] })).join('\n'),
    /^workflows.w.triggers.on-sale.discard /,
  );
  assert.match(
    messages(workflow(right, { triggers: [{ ...onSale, recordType: 'sales' }] })).join('\n'),
    /no record type “sales”; did you mean sale\?/,
  );
});

test('a definition that is none says where', () => {
  assert.throws(() => messages(workflow({ steps: [{ kind: 'nothing' }] })), {
    code: 'module_invalid',
    message: /workflows\.w\.steps\.0/,
  });
});
