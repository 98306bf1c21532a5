import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordType } from './attribute.ts';
import { proposeChanges } from './proposed-change.ts';

const TYPE: RecordType = {
  key: 'sale',
  title: 'Sale',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'amount', type: 'number', title: 'Amount' },
    { key: 'note', type: 'string', title: 'Note' },
    { key: 'day', type: 'iso_date', title: 'Day' },
  ],
};
const whole = { id: '1', amount: 1, note: 'x', day: '2026-01-01' };
const changes = (...records: unknown[]) =>
  proposeChanges(TYPE, records, []).map(({ attribute, change, to, records: count }) => [
    attribute,
    change,
    to,
    count,
  ]);

test('a value of another type asks for that type', () => {
  assert.deepEqual(changes({ ...whole, amount: '1' }, { ...whole, amount: 'two' }), [
    ['amount', 'change_type', 'string', 2],
  ]);
  assert.deepEqual(changes({ ...whole, day: '2026-01-01T10:00:00Z' }), [
    ['day', 'change_type', 'iso_datetime', 1],
  ]);
});

test('types that nothing has in common ask for nothing', () => {
  assert.deepEqual(changes({ ...whole, amount: 'x' }, { ...whole, amount: true }), []);
});

test('an attribute that some records lack is proposed to go', () => {
  const { note: _note, ...without } = whole;
  assert.deepEqual(changes(without, whole), [['note', 'remove_attribute', null, 1]]);
});

test('an attribute that nobody knows is proposed to come, with its type', () => {
  assert.deepEqual(changes({ ...whole, paid: true }, { ...whole, paid: null, tags: [] }), [
    ['paid', 'add_attribute', 'boolean', 2],
    ['tags', 'add_attribute', 'array', 1],
  ]);
});

test('an id is never proposed to change, and what is no record says nothing', () => {
  assert.deepEqual(changes({ ...whole, id: 1 }, 'text', null, [whole]), []);
});

test('a change that the stored records would not survive comes with a warning', () => {
  const [plain] = proposeChanges(TYPE, [{ ...whole, amount: '1' }], []);
  const [warned] = proposeChanges(TYPE, [{ ...whole, amount: '1' }], [whole, { ...whole, amount: null }]);
  assert.doesNotMatch(plain?.reason ?? '', /but/);
  assert.match(warned?.reason ?? '', /but 1 of 2 stored records/);
  const { note: _note, ...without } = whole;
  const [removal] = proposeChanges(TYPE, [without], [whole, { ...whole, note: null }]);
  assert.match(removal?.reason ?? '', /but 1 of 2 stored records looked at have a value in it/);
});
