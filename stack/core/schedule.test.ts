import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { catchUpWindow, lastCatchUp, nextTick, recentWindow, retrySeconds } from './schedule.ts';

const at = (text: string): Date => new Date(text);

describe('schedule', () => {
  const date = fc.date({ min: at('2020-01-01Z'), max: at('2030-01-01Z'), noInvalidDate: true });

  test('the next tick is in the future, at most one period away, and from then on every period', () => {
    fc.assert(
      fc.property(fc.uuid(), date, fc.integer({ min: 10, max: 2_678_400 }), date, (id, tick, every, now) => {
        const next = nextTick(id, tick, every, now);
        assert.ok(next > tick && next > now);
        assert.ok(next.getTime() - Math.max(tick.getTime(), now.getTime()) <= every * 1_000);
        const afterThat = nextTick(id, next, every, next);
        assert.equal(afterThat.getTime() - next.getTime(), every * 1_000);
        // Longer periods keep the time of day.
        if (every > 3_600) assert.equal((next.getTime() - tick.getTime()) % (every * 1_000), 0);
      }),
    );
  });

  test('syncs that were switched on together spread over their period', () => {
    const now = at('2026-05-01T10:00:00Z');
    const ids = Array.from(
      { length: 600 },
      (_, index) => `0190a000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    );
    const minutes = new Map<number, number>();
    for (const id of ids) {
      const minute = nextTick(id, now, 600, now).getUTCMinutes();
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
    assert.ok(minutes.size >= 10);
    assert.ok(
      [...minutes.values()].every((count) => count > 30 && count < 100),
      JSON.stringify([...minutes]),
    );
  });

  test('windows follow each other without a gap, reaching back by the overlap', () => {
    const until = at('2026-05-01T10:00:00Z');
    const window = { until, overlapSeconds: 60, firstWindowSeconds: 3_600 };
    assert.deepEqual(recentWindow({ ...window, coveredUntil: null }), {
      since: '2026-05-01T09:00:00.000Z',
      until: '2026-05-01T10:00:00.000Z',
    });
    assert.equal(
      recentWindow({ ...window, coveredUntil: at('2026-05-01T09:45:00Z') }).since,
      '2026-05-01T09:44:00.000Z',
    );
    const clockWentBack = recentWindow({ ...window, coveredUntil: at('2026-05-01T11:00:00Z') });
    assert.ok(clockWentBack.since < clockWentBack.until);
  });

  test('whichever runs fail, what went well leaves no gap, and each window reaches back by the overlap', () => {
    const runs = fc.array(
      fc.record({ afterSeconds: fc.integer({ min: 1, max: 100_000 }), isOk: fc.boolean() }),
      { minLength: 1, maxLength: 40 },
    );
    const seconds = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(runs, seconds, seconds, (scheduled, overlapSeconds, firstWindowSeconds) => {
        let now = at('2026-05-01T10:00:00Z').getTime();
        let coveredUntil: Date | null = null;
        for (const { afterSeconds, isOk } of scheduled) {
          now += afterSeconds * 1_000;
          const until = new Date(now);
          const window = recentWindow({ until, coveredUntil, overlapSeconds, firstWindowSeconds });
          assert.equal(window.until, until.toISOString());
          const reachesTo: number =
            coveredUntil === null
              ? now - firstWindowSeconds * 1_000
              : coveredUntil.getTime() - overlapSeconds * 1_000;
          assert.equal(new Date(window.since).getTime(), reachesTo);
          if (isOk) coveredUntil = until;
        }
      }),
    );
  });

  test('the weekly catch-up is due on the clocks of its time zone', () => {
    const brussels = { weekday: 7, hour: 3, time_zone: 'Europe/Brussels', window_days: 14 };
    assert.deepEqual(lastCatchUp(brussels, at('2026-01-14T12:00:00Z')), at('2026-01-11T02:00:00Z'));
    assert.deepEqual(lastCatchUp(brussels, at('2026-07-15T12:00:00Z')), at('2026-07-12T01:00:00Z'));
    assert.deepEqual(lastCatchUp(brussels, at('2026-07-12T00:59:59Z')), at('2026-07-05T01:00:00Z'));
    assert.deepEqual(lastCatchUp(brussels, at('2026-07-12T01:00:00Z')), at('2026-07-12T01:00:00Z'));
    // Clocks go from 2:00 to 3:00 on 29 March 2026, and from 3:00 to 2:00 on 25 October.
    const two = { ...brussels, hour: 2 };
    assert.deepEqual(lastCatchUp(two, at('2026-03-29T12:00:00Z')), at('2026-03-29T01:00:00Z'));
    assert.deepEqual(lastCatchUp(two, at('2026-10-25T12:00:00Z')), at('2026-10-25T00:00:00Z'));
    assert.deepEqual(catchUpWindow(brussels, at('2026-07-12T01:00:00Z')), {
      since: '2026-06-28T01:00:00.000Z',
      until: '2026-07-12T01:00:00.000Z',
    });
  });

  test('the last catch-up is never in the future and less than 8 days ago', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 23 }),
        fc.constantFrom(
          'UTC',
          'Europe/Brussels',
          'America/New_York',
          'Asia/Kathmandu',
          'Pacific/Apia',
          'Australia/Lord_Howe',
        ),
        fc.date({ min: at('2020-01-01Z'), max: at('2030-01-01Z'), noInvalidDate: true }),
        (weekday, hour, time_zone, now) => {
          const due = lastCatchUp({ weekday, hour, time_zone, window_days: 1 }, now);
          assert.ok(due <= now && now.getTime() - due.getTime() < 8 * 86_400_000);
        },
      ),
    );
  });

  test('retries wait longer each time, up to five minutes', () => {
    assert.deepEqual([1, 2, 3, 7, 20].map(retrySeconds), [5, 10, 20, 300, 300]);
  });
});
