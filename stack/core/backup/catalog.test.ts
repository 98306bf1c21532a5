import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { chainFrom, chainOf, expired, mergeable, planRestore, windowOf } from './catalog.ts';
import type { Base, Catalog, Piece } from './catalog.ts';

const SEGMENT = 1_000;
const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);
const piece = (start: number, end: number, seconds: number, timeline = 1): Piece => ({
  timeline,
  start: BigInt(start),
  end: BigInt(end),
  at: at(seconds),
});
const base = (id: string, start: number, end: number, seconds: number): Base => ({
  id,
  timeline: 1,
  startLsn: BigInt(start),
  endLsn: BigInt(end),
  endedAt: at(seconds),
  segmentBytes: SEGMENT,
});

describe('what follows from what is stored', () => {
  const whole = [piece(0, 500, 5), piece(500, 1_000, 10), piece(1_000, 1_400, 100), piece(1_400, 2_000, 200)];

  test('pieces are a chain until the first gap; merged ones hide what they were made of', () => {
    assert.deepEqual(chainFrom(whole, 1, 0n), whole);
    assert.equal(chainFrom(whole, 2, 0n).length, 0);
    const [one, two, three, four] = whole;
    assert.ok(one && two && three && four);
    assert.deepEqual(chainFrom([one, two, four], 1, 0n), [one, two]);
    assert.deepEqual(chainFrom([...whole, piece(0, 1_000, 10)], 1, 0n), [piece(0, 1_000, 10), three, four]);
  });

  test('a moment is restored from the latest base backup before it, with no more log than it needs', () => {
    const catalog = { bases: [base('a', 200, 700, 8), base('b', 1_100, 1_300, 90)], pieces: whole };
    assert.deepEqual(windowOf(catalog), [{ from: at(8), to: at(200) }]);
    assert.equal(planRestore(catalog, at(7)), null);
    assert.equal(planRestore(catalog, at(201)), null);
    const early = planRestore(catalog, at(50));
    assert.equal(early?.base.id, 'a');
    assert.deepEqual(early.pieces, whole.slice(0, 3));
    assert.equal(planRestore(catalog, at(150))?.base.id, 'b');
    assert.deepEqual(planRestore(catalog, 'latest')?.pieces, whole.slice(2));
  });

  test('a base backup without the log of its own time restores nothing', () => {
    const catalog = { bases: [base('a', 200, 700, 8)], pieces: whole.slice(0, 1) };
    assert.deepEqual(windowOf(catalog), []);
    assert.equal(planRestore(catalog, 'latest'), null);
    // From the middle of a segment on is not enough: the file of the segment needs its begin.
    assert.equal(chainOf(base('a', 200, 700, 8), [piece(100, 1_000, 10)]), null);
  });

  test('a gap leaves two spans', () => {
    const catalog = {
      bases: [base('a', 0, 100, 1), base('b', 3_000, 3_100, 300)],
      pieces: [...whole, piece(3_000, 3_500, 400)],
    };
    assert.deepEqual(windowOf(catalog), [
      { from: at(1), to: at(200) },
      { from: at(300), to: at(400) },
    ]);
  });
});

/** A history of a database: pieces as it went on, some lost, and base backups at times. */
const history = fc
  .array(
    fc.record({
      length: fc.integer({ min: 1, max: 700 }),
      seconds: fc.integer({ min: 1, max: 5_000 }),
      lost: fc.integer({ min: 0, max: 12 }).map((dice) => dice === 0),
      base: fc.integer({ min: 0, max: 4 }).map((dice) => dice === 0),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps): Catalog => {
    const bases: Base[] = [];
    const pieces: Piece[] = [];
    let lsn = 0;
    let seconds = 0;
    for (const step of steps) {
      // Pieces end where segments do.
      const end = Math.min(lsn + step.length, lsn - (lsn % SEGMENT) + SEGMENT);
      seconds += step.seconds;
      if (!step.lost) pieces.push(piece(lsn, end, seconds));
      if (step.base) bases.push(base(`base ${lsn}`, lsn, end, seconds));
      lsn = end;
    }
    return { bases, pieces };
  });

describe('what may go', () => {
  test('every moment of the window that could be restored can be restored afterwards, by the same log', () => {
    fc.assert(
      fc.property(
        history,
        fc.integer({ min: 0, max: 100_000 }),
        fc.array(fc.nat(300_000)),
        (catalog, window, moments) => {
          const now = catalog.pieces.at(-1)?.at ?? at(0);
          const gone = expired(catalog, now, window * 1_000);
          const left = {
            bases: catalog.bases.filter((one) => !gone.bases.includes(one)),
            pieces: catalog.pieces.filter((one) => !gone.pieces.includes(one)),
          };
          for (const seconds of moments) {
            const moment = at(seconds);
            if (moment > now || moment.getTime() < now.getTime() - window * 1_000) continue;
            assert.deepEqual(planRestore(left, moment), planRestore(catalog, moment));
          }
          assert.deepEqual(planRestore(left, 'latest'), planRestore(catalog, 'latest'));
          // And again later nothing that went is missed: what is left expires by the same rule.
          const later = new Date(now.getTime() + 1_000_000);
          const then = expired(left, later, window * 1_000);
          assert.ok(then.bases.every((one) => left.bases.includes(one)));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('what no moment of the window needs does go', () => {
    const pieces = [0, 1, 2, 3, 4, 5].map((day) =>
      piece(day * SEGMENT, (day + 1) * SEGMENT, (day + 1) * 100),
    );
    const bases = [0, 2, 4].map((day) =>
      base(`day ${day}`, day * SEGMENT + 10, day * SEGMENT + 20, day * 100 + 10),
    );
    const gone = expired({ bases, pieces }, at(600), 300_000);
    assert.deepEqual(
      gone.bases.map(({ id }) => id),
      ['day 0'],
    );
    assert.deepEqual(gone.pieces, pieces.slice(0, 2));
    assert.deepEqual(expired({ bases, pieces }, at(600), 1_000_000), { bases: [], pieces: [] });
  });
});

describe('pieces of a slow segment', () => {
  test('are few at any time, and each byte is written again a few times only', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 3_000 }),
        (lengths) => {
          let segment: Piece[] = [];
          let end = 0;
          let rewritten = 0n;
          for (const [second, length] of lengths.entries()) {
            segment.push(piece(end, end + length, second));
            end += length;
            const some = mergeable(segment);
            const [first, last] = [some[0], some.at(-1)];
            if (first === undefined || last === undefined) continue;
            assert.ok(some.length > 1);
            rewritten += last.end - first.start;
            segment = [...segment.slice(0, segment.length - some.length), { ...last, start: first.start }];
            assert.deepEqual(chainFrom(segment, 1, 0n), segment);
          }
          assert.ok(segment.length <= 32);
          assert.ok(rewritten <= BigInt(end) * 12n, `${rewritten} of ${end}`);
        },
      ),
      { numRuns: 50 },
    );
  });
});
