import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangeOf } from './range.ts';

test('one range of bytes, as RFC 9110 has them', () => {
  const cases: [string | undefined, number, ReturnType<typeof rangeOf>][] = [
    [undefined, 10, null],
    ['bytes=0-4', 10, { start: 0, end: 5 }],
    ['bytes=5-', 10, { start: 5, end: 10 }],
    ['bytes=-3', 10, { start: 7, end: 10 }],
    ['bytes=-30', 10, { start: 0, end: 10 }],
    ['bytes=8-100', 10, { start: 8, end: 10 }],
    ['bytes=10-', 10, 'beyond'],
    ['bytes=-0', 10, 'beyond'],
    ['bytes=0-', 0, 'beyond'],
    ['bytes=5-4', 10, null],
    ['bytes=-', 10, null],
    ['bytes=0-1,3-4', 10, null],
    ['lines=0-1', 10, null],
  ];
  for (const [header, bytes, expected] of cases) assert.deepEqual(rangeOf(header, bytes), expected, header);
});
