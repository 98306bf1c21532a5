import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { DAY, HOUR, MINUTE } from './time.ts';
import { minutesAWeek, openingAt, windowSchema } from './window.ts';
import type { Window } from './window.ts';
import { isTimeZone, momentOf } from './zone.ts';

const at = (text: string): number => Date.parse(text);
const nights: Window = { weekdays: [7], opens: '02:00', minutes: 60, time_zone: 'Europe/Madrid' };

describe('windows', () => {
  test('none means always', () => {
    assert.deepEqual(openingAt([], 0), { open: true, until: Number.POSITIVE_INFINITY });
  });

  test('open by the clocks of their zone, over midnight too', () => {
    const late: Window = { weekdays: [5], opens: '23:00', minutes: 180, time_zone: 'America/New_York' };
    // Friday the 9th of January 2026, 23:00 in New York is Saturday 04:00 in UTC.
    assert.deepEqual(openingAt([late], at('2026-01-10T03:59:59Z')), {
      open: false,
      opens: at('2026-01-10T04:00:00Z'),
    });
    assert.deepEqual(openingAt([late], at('2026-01-10T05:30:00Z')), {
      open: true,
      until: at('2026-01-10T07:00:00Z'),
    });
    assert.deepEqual(openingAt([late], at('2026-01-10T07:00:00Z')), {
      open: false,
      opens: at('2026-01-17T04:00:00Z'),
    });
  });

  test('have their length also in the nights in which clocks change', () => {
    // Clocks jump from 2 to 3 on the 29th of March 2026: what opens at 2 opens when they have jumped.
    assert.deepEqual(openingAt([nights], at('2026-03-29T01:00:00Z')), {
      open: true,
      until: at('2026-03-29T02:00:00Z'),
    });
    assert.deepEqual(openingAt([nights], at('2026-03-29T00:59:59Z')), {
      open: false,
      opens: at('2026-03-29T01:00:00Z'),
    });
    // On the 25th of October 2:00 comes twice: it opens the first time and is over when it comes again.
    assert.deepEqual(openingAt([nights], at('2026-10-25T00:00:00Z')), {
      open: true,
      until: at('2026-10-25T01:00:00Z'),
    });
    assert.equal(openingAt([nights], at('2026-10-25T01:00:00Z')).open, false);
  });

  test('that touch are one', () => {
    const early: Window = { ...nights, opens: '03:00' };
    assert.deepEqual(openingAt([nights, early], at('2026-01-11T01:30:00Z')), {
      open: true,
      until: at('2026-01-11T03:00:00Z'),
    });
  });

  test('what is not a window is refused', () => {
    for (const wrong of [
      { ...nights, weekdays: [] },
      { ...nights, weekdays: [0] },
      { ...nights, opens: '24:00' },
      { ...nights, minutes: 30 },
      { ...nights, time_zone: 'Mars/Base' },
    ]) {
      assert.equal(windowSchema.safeParse(wrong).success, false, JSON.stringify(wrong));
    }
    assert.equal(isTimeZone('Europe/Madrid'), true);
  });
});

const zone = fc.constantFrom(
  'UTC',
  'Europe/Madrid',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Africa/Casablanca',
);
const window = fc.record({
  weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
  opens: fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`),
  minutes: fc.integer({ min: 60, max: 1_440 }),
  time_zone: zone,
});
const moment = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2028, 0, 1) });

describe('of any windows', () => {
  test('an opening holds until its moment, and every window opens within eight days', () => {
    fc.assert(
      fc.property(
        fc.array(window, { minLength: 1, maxLength: 3 }),
        moment,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (windows, now, share) => {
          const opening = openingAt(windows, now);
          const end = opening.open ? opening.until : opening.opens;
          assert.ok(end > now);
          // A fresh list is not remembered, so this is worked out again.
          const between = Math.floor(now + (end - now) * share);
          if (end - now < 6 * DAY) assert.deepEqual(openingAt([...windows], between), opening);
          if (opening.open) return;
          assert.ok(opening.opens - now <= 8 * DAY);
          const opened = openingAt([...windows], opening.opens);
          assert.ok(opened.open);
          assert.ok(
            opened.until - opening.opens >= Math.min(...windows.map(({ minutes }) => minutes)) * MINUTE,
          );
        },
      ),
    );
  });

  test('a week has as many open minutes as the windows say, when they do not overlap', () => {
    assert.equal(minutesAWeek([nights, { ...nights, weekdays: [1, 1, 2] }]), 180);
  });

  test('a time of day is shown by the clocks there, or it was jumped over', () => {
    fc.assert(
      fc.property(
        zone,
        fc.integer({ min: 20_000, max: 21_500 }),
        fc.integer({ min: 0, max: 1_439 }),
        (name, day, minute) => {
          const found = momentOf(name, day, minute * MINUTE);
          const shown = new Intl.DateTimeFormat('en-US', {
            timeZone: name,
            hourCycle: 'h23',
            hour: '2-digit',
            minute: '2-digit',
          }).format(found);
          const said = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
          if (shown !== said)
            assert.notEqual(momentOf(name, day + 2, 0) - momentOf(name, day - 1, 0), 3 * DAY);
          assert.ok(Math.abs(found - (day * DAY + minute * MINUTE)) <= 15 * HOUR);
        },
      ),
    );
  });
});
