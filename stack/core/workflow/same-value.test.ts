import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { clipped } from './clip.ts';
import { differencesOf, sameValue } from './same-value.ts';

const json = fc.jsonValue({ maxDepth: 3 });

test('a value is the same as what JSON makes of it, whatever the order of its keys', () => {
  fc.assert(
    fc.property(json, (value) => {
      const copy: unknown = JSON.parse(JSON.stringify(value));
      assert.ok(sameValue(value, copy));
      assert.ok(sameValue(reversed(copy), value));
    }),
  );
});

test('two values are the same only when their JSON is, and differences say where they are not', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const isSame = canonical(a) === canonical(b);
      const differences = differencesOf(a, b, 'output', 100);
      assert.equal(differences.length === 0, isSame);
      for (const { path } of differences) assert.match(path, /^output/);
      assert.ok(differencesOf(a, b, '', 1).length <= 1);
    }),
  );
  assert.deepEqual(differencesOf({ a: [1, { b: 2 }], c: 3 }, { a: [1, { b: 5 }, 6] }, '', 9), [
    { path: 'a[1].b', recorded: 2, replayed: 5 },
    { path: 'a[2]', recorded: null, replayed: 6 },
    { path: 'a.length', recorded: 2, replayed: 3 },
    { path: 'c', recorded: 3, replayed: null },
  ]);
});

test('what can not be told apart once it is stored is the same', () => {
  assert.ok(sameValue(undefined, null));
  assert.ok(sameValue({ a: undefined }, {}));
  assert.ok(sameValue('a\u0000b', 'ab') || sameValue('a\u0000b', 'a\uFFFDb'));
  assert.ok(sameValue(-0, 0));
  assert.ok(!sameValue('1', 1));
  assert.ok(!sameValue([], {}));
});

test('a value that is too large is told by its beginning', () => {
  assert.deepEqual(clipped({ a: 1 }), { a: 1 });
  assert.equal(clipped(undefined), null);
  assert.equal(clipped('x'.repeat(30), 10), '"xxxxxxxxx… (32 characters)');
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, of]) => [key, reversed(of)]),
  );
}

/** With its keys in order, without those that are null. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, of: unknown) =>
    typeof of === 'object' && of !== null && !Array.isArray(of)
      ? Object.fromEntries(
          Object.entries(of)
            .filter(([, one]) => one !== null)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : of === 0
        ? 0
        : of,
  );
}
