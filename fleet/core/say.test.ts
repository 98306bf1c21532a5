import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { FleetError } from './errors.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { earliest, mayDisturb, NOTHING_SAID, placeHold, placeVeto, setWindows } from './say.ts';
import type { Question, Say } from './say.ts';
import { covered, DAY, HOUR, merged } from './time.ts';

const NOW = Date.UTC(2026, 0, 7);
const policy = DEFAULT_POLICY;
const refused = (error: unknown): boolean => error instanceof FleetError && error.code === 'beyond_policy';
const hold = (fromDays: number, days: number, id = `${String(fromDays)}+${String(days)}`) => ({
  id,
  from: NOW + fromDays * DAY,
  until: NOW + (fromDays + days) * DAY,
  reason: 'sale',
});
const question = (say: Say, more: Partial<Question> = {}): Question => ({
  say,
  busy: null,
  release: '1.1.0',
  announcedAt: null,
  policy,
  ...more,
});

describe('what customers may say is bounded when they say it', () => {
  test('holds by their length, how far ahead, and how much of a year', () => {
    const one = placeHold(NOTHING_SAID, hold(1, 30), policy, NOW);
    assert.equal(one.holds.length, 1);
    assert.throws(() => placeHold(NOTHING_SAID, hold(1, 31), policy, NOW), refused);
    assert.throws(() => placeHold(NOTHING_SAID, hold(400, 1), policy, NOW), refused);
    assert.throws(() => placeHold(NOTHING_SAID, hold(-3, 2), policy, NOW), refused);
    const three = placeHold(placeHold(one, hold(40, 30), policy, NOW), hold(80, 30), policy, NOW);
    assert.throws(() => placeHold(three, hold(120, 1), policy, NOW), refused);
    // The same hold again, and one within another, add nothing.
    assert.equal(placeHold(three, hold(80, 30), policy, NOW).holds.length, 3);
    assert.equal(placeHold(three, hold(85, 5), policy, NOW).holds.length, 4);
    // Not into the past.
    assert.equal(placeHold(NOTHING_SAID, hold(-3, 5), policy, NOW).holds[0]?.from, NOW);
  });

  test('vetoes by when the release was published, so that they can not be extended', () => {
    const veto = { release: '1.1.0', until: NOW + 5 * DAY, reason: 'audit' };
    const placed = placeVeto(NOTHING_SAID, veto, NOW - 8 * DAY, policy, NOW);
    assert.equal(placeVeto(placed, veto, NOW, policy, NOW).vetoes.length, 1);
    assert.throws(() => placeVeto(NOTHING_SAID, veto, NOW - 10 * DAY, policy, NOW), refused);
    assert.throws(
      () => placeVeto(NOTHING_SAID, { ...veto, until: NOW - DAY }, NOW - 20 * DAY, policy, NOW),
      refused,
    );
  });

  test('windows by what is left for updates', () => {
    const narrow = { weekdays: [7], opens: '02:00', minutes: 60, time_zone: 'UTC' };
    assert.throws(() => setWindows(NOTHING_SAID, [narrow], policy), refused);
    assert.equal(setWindows(NOTHING_SAID, [{ ...narrow, weekdays: [6, 7] }], policy).windows.length, 1);
    assert.equal(setWindows(NOTHING_SAID, [], policy).windows.length, 0);
  });
});

describe('may a stack be disturbed', () => {
  const held = placeHold(NOTHING_SAID, hold(1, 2), policy, NOW);

  test('not on hold, nor so close before that an update would last into it', () => {
    assert.deepEqual(mayDisturb(question(held), NOW).deferrals, []);
    for (const moment of [NOW + DAY - 60_000, NOW + DAY, NOW + 3 * DAY - 1]) {
      assert.deepEqual(mayDisturb(question(held), moment).deferrals, [
        { kind: 'hold', what: '1+2', until: NOW + 3 * DAY },
      ]);
    }
    assert.deepEqual(mayDisturb(question(held), NOW + 3 * DAY).deferrals, []);
  });

  test('not outside its windows, nor when too little is left of one', () => {
    const windows = [{ weekdays: [3], opens: '10:00', minutes: 120, time_zone: 'UTC' }];
    const say = { ...NOTHING_SAID, windows };
    assert.equal(mayDisturb(question(say), NOW).deferrals[0]?.until, NOW + 10 * HOUR);
    assert.equal(mayDisturb(question(say), NOW + 11 * HOUR).deferrals.length, 0);
    assert.equal(mayDisturb(question(say), NOW + 11.9 * HOUR).deferrals[0]?.what, 'closes too soon');
    assert.equal(earliest(question(say), NOW + 11.9 * HOUR), NOW + 7 * DAY + 10 * HOUR);
  });

  test('not to a release with a veto, until its deadline', () => {
    const veto = { release: '1.1.0', until: NOW + DAY, reason: 'audit' };
    const say = placeVeto(NOTHING_SAID, veto, NOW, policy, NOW);
    assert.equal(mayDisturb(question(say), NOW).deferrals[0]?.kind, 'veto');
    assert.equal(mayDisturb(question(say, { release: '1.2.0' }), NOW).deferrals.length, 0);
    assert.equal(mayDisturb(question(say), NOW + DAY).deferrals.length, 0);
  });

  test('not while it is busy, but what never ends is not waited for', () => {
    const busy = { since: NOW, with: 'a complete transfer' };
    assert.equal(mayDisturb(question(NOTHING_SAID, { busy }), NOW + 23 * HOUR).deferrals[0]?.kind, 'busy');
    assert.equal(mayDisturb(question(NOTHING_SAID, { busy }), NOW + 24 * HOUR).deferrals.length, 0);
  });

  test('a security release overrides after its notice, which is told; busy is not overridden', () => {
    const moment = NOW + DAY;
    const busy = { since: moment, with: 'a restore' };
    const early = mayDisturb(question(held, { announcedAt: moment - 47 * HOUR }), moment);
    assert.equal(early.deferrals.length, 1);
    const late = mayDisturb(question(held, { announcedAt: moment - 48 * HOUR, busy }), moment);
    assert.deepEqual(
      [late.deferrals.map(({ kind }) => kind), late.overridden.map(({ kind }) => kind)],
      [['busy'], ['hold']],
    );
    assert.equal(earliest(question(held, { announcedAt: NOW }), moment), NOW + 48 * HOUR);
  });
});

test('the earliest moment is allowed and none before it is, and there always is one', () => {
  const days = fc.integer({ min: 0, max: 40 });
  const holds = fc.array(fc.tuple(days, fc.integer({ min: 1, max: 20 })), { maxLength: 6 });
  const hours = fc.integer({ min: 0, max: 22 });
  fc.assert(
    fc.property(
      holds,
      fc.option(hours, { nil: null }),
      fc.option(hours, { nil: null }),
      (spans, opens, notice) => {
        let say: Say = NOTHING_SAID;
        for (const [from, length] of spans) {
          try {
            say = placeHold(say, hold(from, length, String(say.holds.length)), policy, NOW);
          } catch (error) {
            assert.ok(refused(error));
          }
        }
        if (opens !== null) {
          const window = {
            weekdays: [2, 5],
            opens: `${String(opens).padStart(2, '0')}:00`,
            minutes: 90,
            time_zone: 'Asia/Kolkata',
          };
          say = setWindows(say, [window], policy);
        }
        const asked = question(say, { announcedAt: notice === null ? null : NOW + notice * DAY });
        const found = earliest(asked, NOW);
        assert.ok(found !== null);
        assert.equal(mayDisturb(asked, found).deferrals.length, 0);
        for (let moment = NOW; moment < found; moment += 5 * HOUR) {
          assert.ok(mayDisturb(asked, moment).deferrals.length > 0);
        }
      },
    ),
  );
});

test('spans: merging keeps what is covered', () => {
  const span = fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(fc.array(span), (pairs) => {
      const spans = pairs.map(([from, length]) => ({ from, until: from + length }));
      const points = Array.from({ length: 120 }, (_, point) => point);
      const inside = points.filter((point) =>
        spans.some(({ from, until }) => from <= point && point < until),
      );
      assert.equal(covered(spans, { from: 0, until: 120 }), inside.length);
      const whole = merged(spans);
      whole.slice(1).forEach(({ from }, index) => assert.ok(from > (whole[index]?.until ?? 0)));
    }),
  );
});
