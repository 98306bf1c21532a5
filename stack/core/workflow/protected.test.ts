import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pareInput } from './protected.ts';
import { Redactor } from './redactor.ts';

const inputs = [
  { key: 'pin', protected: true },
  { key: 'note', protected: false },
];

test('protected values are taken out, also where they stand within others', () => {
  assert.deepEqual(pareInput(inputs, { pin: 'hunter2', note: 'it is hunter2!' }), {
    shown: { pin: '[protected]', note: 'it is [protected]!' },
    hidden: { pin: 'hunter2' },
  });
  assert.deepEqual(pareInput(inputs, { note: 'x' }), { shown: { note: 'x' }, hidden: null });
});

test('what holds a protected value of the execution that gives it is protected too', () => {
  const around = new Redactor(['hunter2']);
  assert.deepEqual(pareInput(inputs, { note: { text: 'pin: hunter2' } }, around), {
    shown: { note: '[protected]' },
    hidden: { note: { text: 'pin: hunter2' } },
  });
});
