import assert from 'node:assert/strict';
import { test } from 'node:test';
import { named } from './find-connection.ts';

const connections = [
  { id: '1', name: 'My Shop', account: { key: 'north' } },
  { id: '2', name: 'My Shop', account: { key: 'south' } },
  { id: '3', name: 'my-shop', account: { key: 'south' } },
];

const ids = (wanted: string) => named(connections, wanted).map(({ id }) => id);

test('a connection is found by id, by name, and by account and name', () => {
  assert.deepEqual(ids('2'), ['2']);
  assert.deepEqual(ids('north/My Shop'), ['1']);
  assert.deepEqual(ids('My Shop'), ['1', '2']);
});

test('a name as a command line has it finds the name as people write it, unless one is called just so', () => {
  assert.deepEqual(ids('north/my-shop'), ['1']);
  assert.deepEqual(ids('NORTH/MY SHOP'), ['1']);
  assert.deepEqual(ids('south/my-shop'), ['3']);
  assert.deepEqual(ids('shop'), []);
});
