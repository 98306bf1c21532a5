import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActionDefinition } from '../manifest.ts';
import { checkWorkflow } from './check.ts';
import { workflowDefinitionSchema } from './definition.ts';
import type { WorkflowSurroundings } from './scopes.ts';

const OTHER = '0190a000-0000-7000-8000-000000000001';
const create: ActionDefinition = {
  key: 'create-order',
  title: 'Create an order',
  function: 'create-order',
  timeout: 30,
  memoryMegabytes: 256,
  input: [
    { key: 'customer', title: 'Customer', type: 'string', required: true },
    { key: 'total', title: 'Total', type: 'number', required: true },
    { key: 'note', title: 'Note', type: 'text', required: false },
  ],
  output: [{ key: 'id', title: 'Id', type: 'string', required: true }],
};
const surroundings: WorkflowSurroundings = {
  recordTypes: new Map([
    [
      'shop',
      [
        {
          key: 'sale',
          title: 'Sale',
          attributes: [
            { key: 'id', type: 'primary_id', title: 'Id' },
            { key: 'total', type: 'number', title: 'Total' },
          ],
        },
      ],
    ],
  ]),
  actions: new Map([['shop', [create]]]),
  workflows: new Map([
    [
      OTHER,
      {
        name: 'Other',
        inputs: [{ key: 'sale', title: 'Sale', type: { kind: 'text' }, required: true, protected: false }],
        output: [{ key: 'done', title: 'Done', type: { kind: 'boolean' } }],
      },
    ],
  ]),
};
const base = {
  inputs: [{ key: 'sale', title: 'Sale', type: { kind: 'record', connection: 'shop', recordType: 'sale' } }],
  variables: [{ key: 'sum', title: 'Sum', type: { kind: 'number' }, initial: '0' }],
  connections: [{ key: 'shop', title: 'Shop', app: 'shop' }],
};
const action = (more: object = {}) => ({
  kind: 'action',
  key: 'order',
  title: 'Order',
  connection: 'shop',
  action: 'create-order',
  input: { customer: 'inputs.sale.id', total: 'inputs.sale.total' },
  ...more,
});

function problems(definition: object): string[] {
  const parsed = workflowDefinitionSchema.parse({ ...base, ...definition });
  return checkWorkflow(parsed, surroundings).map(({ path, message, suggestion }) =>
    [`${path}: ${message}`, ...(suggestion === undefined ? [] : [`-> ${suggestion}`])].join(' '),
  );
}

test('a workflow whose every part fits has no problem', () => {
  assert.deepEqual(
    problems({
      steps: [
        {
          kind: 'decision',
          key: 'big',
          title: 'Big?',
          criteria: 'inputs.sale.total > 100',
          whenTrue: [
            action({
              onError: [{ kind: 'stop', key: 'halt', title: 'Halt', message: 'steps.order.error.message' }],
            }),
            {
              kind: 'set',
              key: 'add',
              title: 'Add',
              variable: 'sum',
              value: 'default(inputs.sale.total, 0)',
            },
          ],
        },
        { kind: 'call', key: 'other', title: 'Other', workflow: OTHER, input: { sale: 'inputs.sale.id' } },
        {
          kind: 'bulk',
          key: 'all',
          title: 'All',
          workflow: OTHER,
          source: { connection: 'shop', recordType: 'sale' },
          filter: 'record.total > variables.sum',
          input: { sale: 'record.id' },
        },
        {
          kind: 'each',
          key: 'parts',
          title: 'Parts',
          items: '[1, 2]',
          block: [
            {
              kind: 'set',
              key: 'plus',
              title: 'Plus',
              variable: 'sum',
              value: 'variables.sum + item + index',
            },
          ],
        },
        {
          kind: 'wait',
          key: 'paid',
          title: 'Paid',
          until: {
            kind: 'record',
            source: { connection: 'shop', recordType: 'sale' },
            id: 'inputs.sale.id',
            criteria: 'record.total == 0',
          },
        },
      ],
      output: [{ key: 'done', title: 'Done', value: 'steps.other.output.done && steps.paid.output.met' }],
    }),
    [],
  );
});

test('each thing that is wrong is told with its place and what may have been meant', () => {
  assert.deepEqual(problems({ steps: [] }), ['steps: There is no step.']);
  assert.deepEqual(
    problems({
      steps: [
        action({ action: 'creat-order' }),
        action({ input: { customer: 'inputs.sale.total', totl: '1' } }),
        action({ key: 'third', connection: 'erp' }),
        { kind: 'set', key: 'x', title: 'X', variable: 'sm', value: '"a"' },
        { kind: 'decision', key: 'd', title: 'D', criteria: 'inputs.sale.total' },
        { kind: 'call', key: 'c', title: 'C', workflow: '0190a000-0000-7000-8000-00000000ffff' },
        {
          kind: 'bulk',
          key: 'e',
          title: 'E',
          workflow: OTHER,
          source: { connection: 'shop', recordType: 'sales' },
          input: { sale: '"x"' },
        },
      ],
    }),
    [
      'steps[1].key: There is another step “order” before it.',
      'steps[0].action: There is no action “creat-order”. Did you mean create-order? -> create-order',
      'steps[1].input.customer: It gives a number; text is needed.',
      'steps[1].input.total: “Total” is needed and has no value.',
      'steps[1].input.totl: There is no input “totl”. Did you mean total? -> total',
      'steps[2].connection: There is no connection “erp”. There are: shop.',
      'steps[3].variable: There is no variable “sm”. Did you mean sum? -> sum',
      'steps[4].criteria: It gives a number; true or false is needed.',
      'steps[5].workflow: There is no published workflow with this id in this account.',
      'steps[6].source.recordType: There is no record type “sales”. Did you mean sale? -> sale',
    ],
  );
});

test('a draft may leave choices open, which keeps it from being published', () => {
  assert.deepEqual(
    problems({
      steps: [
        action({ action: '' }),
        action({ key: 'second', connection: '' }),
        { kind: 'set', key: 'x', title: 'X', variable: '', value: '1' },
        { kind: 'call', key: 'c', title: 'C', workflow: '' },
        {
          kind: 'bulk',
          key: 'b',
          title: 'B',
          workflow: OTHER,
          source: { connection: 'shop', recordType: '' },
        },
      ],
    }).filter((problem) => problem.includes('Choose')),
    [
      'steps[0].action: Choose an action.',
      'steps[1].connection: Choose a connection.',
      'steps[2].variable: Choose a variable.',
      'steps[3].workflow: Choose a workflow.',
      'steps[4].source.recordType: Choose a record type.',
    ],
  );
});

test('a step is not seen from outside its block, and not before it ran', () => {
  const inner = { kind: 'decision', key: 'd', title: 'D', criteria: 'true', whenTrue: [action()] };
  const use = (value: string) => ({ kind: 'stop', key: 's', title: 'S', message: value });
  assert.deepEqual(problems({ steps: [inner, use('text(steps.d.output)')] }), []);
  assert.match(problems({ steps: [inner, use('steps.order.output.id')] }).join(), /no field “order”/);
  assert.match(problems({ steps: [use('steps.order.output.id'), action()] }).join(), /no field “order”/);
  assert.match(problems({ steps: [use('item')] }).join(), /There is no “item”/);
});

test('a file export needs columns of its own names, and a name that sees no record', () => {
  const file = (more: object) => ({
    steps: [
      {
        kind: 'export',
        key: 'file',
        title: 'File',
        source: { connection: 'shop', recordType: 'sale' },
        columns: [{ name: 'Total', value: 'record.total' }],
        ...more,
      },
    ],
  });
  assert.deepEqual(
    problems(file({ filter: 'record.total > 1', fileName: '"sales of " + inputs.sale.id' })),
    [],
  );
  assert.deepEqual(
    problems({
      ...file({}),
      output: [{ key: 'n', title: 'N', value: 'default(steps.file.output.rows, 0) + 1' }],
    }),
    [],
  );
  assert.deepEqual(problems(file({ columns: [] })), ['steps[0].columns: Choose at least one column.']);
  const wrong = [
    { name: 'Total', value: 'record.totl' },
    { name: 'Total', value: '1' },
  ];
  const [misspelt, twice, ...more] = problems(file({ columns: wrong }));
  assert.match(misspelt ?? '', /^steps\[0\]\.columns\[0\]\.value: .*totl.* -> total$/);
  assert.equal(twice, 'steps[0].columns[1].name: There is another column “Total” before it.');
  assert.deepEqual(more, []);
  const [seen] = problems(file({ fileName: 'record.id' }));
  assert.match(seen ?? '', /^steps\[0\]\.fileName: /);
});
