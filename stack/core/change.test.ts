import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compareOrigins, LINES_PER_MESSAGE, newestOfEach, originSequence } from './change.ts';
import type { Emission } from './change.ts';

const emission = fc
  .record({ id: fc.constantFrom('a', 'b', 'c'), started: fc.nat(3), sequence: fc.nat(3), digest: fc.nat(3) })
  .map(({ id, started, sequence, digest }): Emission => ({
    id,
    text: String(digest),
    digest: `0${digest}`,
    origin: { startedAt: new Date(started), sequence },
    invocationId: 'i',
  }));

const stateOf = (emissions: readonly Emission[]): Map<string, string> =>
  new Map(
    [...newestOfEach(emissions).newest]
      .map(
        ({ id, text, origin }) => [id, `${origin.startedAt.getTime()}/${origin.sequence}/${text}`] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

test('the newest of each id is the same in any order and with any repetition', () => {
  const deliveries = fc
    .array(emission, { minLength: 1, maxLength: 12 })
    .chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.subarray(list)),
    );
  fc.assert(
    fc.property(deliveries, ([list, shuffled, repeated]) => {
      assert.deepEqual(stateOf([...repeated, ...shuffled, ...repeated]), stateOf(list));
    }),
  );
});

test('merging batch by batch ends where merging all at once does', () => {
  fc.assert(
    fc.property(fc.array(emission), fc.array(emission), (first, second) => {
      const step = newestOfEach([...newestOfEach(first).newest, ...newestOfEach(second).newest]).newest;
      assert.deepEqual(stateOf(step), stateOf([...first, ...second]));
    }),
  );
});

test('every emission is either the newest or overtaken', () => {
  fc.assert(
    fc.property(fc.array(emission), (list) => {
      const { newest, overtaken } = newestOfEach(list);
      assert.equal(newest.length + overtaken, list.length);
      assert.equal(newest.length, new Set(list.map(({ id }) => id)).size);
    }),
  );
});

test('a later invocation is newer, then a later message, then a later line', () => {
  const [early, late] = [new Date(1), new Date(2)];
  const at = (startedAt: Date, message: number, line: number) => ({
    startedAt,
    sequence: originSequence(message, line),
  });
  assert.ok(compareOrigins(at(late, 1, 1), at(early, 9, 9)) > 0);
  assert.ok(compareOrigins(at(early, 2, 1), at(early, 1, LINES_PER_MESSAGE - 1)) > 0);
  assert.ok(compareOrigins(at(early, 2, 2), at(early, 2, 1)) > 0);
  assert.equal(compareOrigins(at(early, 2, 2), at(early, 2, 2)), 0);
});
