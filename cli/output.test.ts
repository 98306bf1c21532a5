import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, duration, table } from './output.ts';

test('a table aligns its columns and keeps each row on one line', () => {
  const rows = [
    { name: 'a', count: 5 },
    { name: 'two\nlines', count: 1000 },
  ];
  const text = table(rows, [
    { title: 'NAME', value: ({ name }) => name },
    { title: 'COUNT', value: ({ count }) => count, align: 'right' },
    { title: 'NONE', value: () => null },
  ]);
  assert.deepEqual(text.split('\n').slice(1), ['a              5', 'two lines   1000']);
});

test('durations and capped counts read as a person says them', () => {
  assert.deepEqual([0, 999, 1_000, 59_949, 61_000, 3_723_000, 900_000, 86_400_000].map(duration), [
    '0 ms',
    '999 ms',
    '1.0 s',
    '59.9 s',
    '1 min 1 s',
    '1 h 2 min',
    '15 min',
    '24 h',
  ]);
  assert.equal(counted({ count: 10_000, exact: false }), '10,000+');
  assert.equal(counted({ count: 250, exact: true }), '250');
});
