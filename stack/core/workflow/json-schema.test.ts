import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_RECORD_TYPES } from '../expression/records.ts';
import { arrayOf, BOOLEAN, DATE, nullable, NUMBER, objectOf, TEXT } from '../expression/types.ts';
import { workflowDefinitionSchema } from './definition.ts';
import { schemaOfInputs, schemaOfType } from './json-schema.ts';
import { outputFields } from './outputs.ts';

const LINE = {
  key: 'line',
  title: 'Line',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'paid', type: 'boolean', title: 'Paid' },
  ],
} as const;
const KNOWN = { of: (slot: string) => (slot === 'shop' ? [LINE] : []) };

test('each type has its schema', () => {
  assert.deepEqual(schemaOfType(nullable(arrayOf(DATE)), NO_RECORD_TYPES), {
    type: ['array', 'null'],
    items: { type: 'string', format: 'date' },
  });
  const object = objectOf([
    { key: 'n', title: 'N', type: NUMBER },
    { key: 'b', title: 'B', type: nullable(BOOLEAN) },
  ]);
  assert.deepEqual(schemaOfType(object, NO_RECORD_TYPES), {
    type: 'object',
    properties: { n: { title: 'N', type: 'number' }, b: { title: 'B', type: ['boolean', 'null'] } },
    required: ['n'],
  });
  const record = { kind: 'record', connection: 'shop', recordType: 'line' } as const;
  assert.deepEqual(schemaOfType(record, KNOWN), {
    type: 'object',
    properties: { id: { title: 'Id', type: 'string' }, paid: { title: 'Paid', type: ['boolean', 'null'] } },
    required: ['id'],
  });
  assert.deepEqual(schemaOfType(record, NO_RECORD_TYPES), { type: 'object' });
  assert.deepEqual(schemaOfType({ kind: 'any' }, NO_RECORD_TYPES), {});
});

test('a type without end is cut', () => {
  let deep = objectOf([{ key: 'x', title: 'X', type: TEXT }]);
  for (let level = 0; level < 30; level += 1) deep = objectOf([{ key: 'x', title: 'X', type: deep }]);
  assert(JSON.stringify(schemaOfType(deep, NO_RECORD_TYPES)).length < 1_000);
});

test('inputs may be left out when they are not needed, and protected ones are never read back', () => {
  const inputs = [
    { key: 'pin', title: 'Pin', type: TEXT, required: true, protected: true },
    { key: 'note', title: 'Note', type: TEXT, required: false, protected: false },
  ];
  assert.deepEqual(schemaOfInputs(inputs, NO_RECORD_TYPES), {
    type: 'object',
    properties: {
      pin: { title: 'Pin', type: 'string', writeOnly: true },
      note: { title: 'Note', type: ['string', 'null'] },
    },
    required: ['pin'],
    additionalProperties: false,
  });
});

test('an output has the type of its expression; one that is wrong by now may be anything', () => {
  const definition = workflowDefinitionSchema.parse({
    inputs: [{ key: 'n', title: 'N', type: NUMBER }],
    steps: [{ kind: 'stop', key: 'end', title: 'End' }],
    output: [
      { key: 'twice', title: 'Twice', value: 'inputs.n * 2' },
      { key: 'gone', title: 'Gone', value: 'inputs.nothing' },
    ],
  });
  const surroundings = { recordTypes: new Map(), actions: new Map(), workflows: new Map() };
  assert.deepEqual(outputFields(definition, surroundings), [
    { key: 'twice', title: 'Twice', type: NUMBER },
    { key: 'gone', title: 'Gone', type: { kind: 'any', nullable: true } },
  ]);
});
