import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { dueEvent, paceOf, reminderAfter, retryAfter, toldAfter } from './plan.ts';
import type { AlertEvent, AlertState, Told } from './plan.ts';

const START = new Date('2026-05-01T00:00:00Z');
const MINUTE = 60_000;
const at = (minutes: number): Date => new Date(START.getTime() + minutes * MINUTE);
const open: AlertState = {
  id: 'a',
  raisedAt: START,
  clearedAt: null,
  acknowledgedAt: null,
  snoozedUntil: null,
};
const told: Told = { at: START, reminders: 0, isOver: false };

describe('what a channel hears of an alert', () => {
  test('its opening at once, its end once', () => {
    assert.equal(dueEvent(open, null, at(0), START), 'opened');
    assert.equal(dueEvent(open, told, at(1), START), null);
    const over = { ...open, clearedAt: at(5) };
    assert.equal(dueEvent(over, told, at(6), START), 'resolved');
    assert.equal(dueEvent(over, toldAfter(told, 'resolved', at(6)), at(7), START), null);
  });

  test('that it came and went, when it was over before it could be told; nothing of before the channel was', () => {
    const over = { ...open, clearedAt: at(2) };
    assert.equal(dueEvent(over, null, at(3), START), 'passed');
    assert.equal(dueEvent(over, null, at(3), at(1)), null);
    assert.equal(dueEvent(open, null, at(3), at(1)), 'opened');
  });

  test('reminders at growing intervals, none once somebody looks after it', () => {
    const heard: number[] = [];
    let state: Told | null = null;
    for (let minute = 0; minute < 6 * 24 * 60; minute += 1) {
      const event = dueEvent(open, state, at(minute), START);
      if (event === null) continue;
      heard.push(minute / 60);
      state = toldAfter(state, event, at(minute));
    }
    assert.deepEqual(heard, [0, 1, 5, 17, 41, 65, 89, 113, 137]);
    assert.equal(dueEvent({ ...open, acknowledgedAt: at(1) }, told, at(10_000), START), null);
    assert.equal(
      dueEvent({ ...open, acknowledgedAt: at(1), clearedAt: at(2) }, told, at(3), START),
      'resolved',
    );
  });

  test('nothing while it is snoozed, and again when that is over', () => {
    const snoozed = { ...open, snoozedUntil: at(300) };
    assert.equal(dueEvent(snoozed, null, at(299), START), null);
    assert.equal(dueEvent(snoozed, told, at(299), START), null);
    assert.equal(dueEvent(snoozed, told, at(300), START), 'reminder');
    assert.equal(dueEvent(snoozed, null, at(300), START), 'opened');
    assert.equal(dueEvent(snoozed, toldAfter(told, 'reminder', at(300)), at(301), START), null);
  });

  test('an alert that opens and ends all the time is told of once an hour at the most', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 200, maxLength: 1_000 }), (wrong) => {
        let clearedAt: Date | null = null;
        let state: Told | null = null;
        const events: { minute: number; event: AlertEvent }[] = [];
        for (const [minute, isWrong] of wrong.entries()) {
          clearedAt = isWrong ? null : (clearedAt ?? at(minute));
          const alert = { ...open, clearedAt };
          const event = dueEvent(alert, state, at(minute), START);
          if (event === null) continue;
          events.push({ minute, event });
          state = toldAfter(state, event, at(minute));
        }
        const opened = events.filter(({ event }) => event === 'opened' || event === 'reminder');
        for (const [index, { minute }] of opened.entries()) {
          const before = opened[index - 1];
          assert.ok(before === undefined || minute - before.minute >= 60);
        }
        // Between two tellings of an end lies one that it is open.
        for (const [index, { event }] of events.entries()) {
          if (event === 'resolved') assert.notEqual(events[index - 1]?.event, 'resolved');
        }
      }),
    );
  });
});

describe('the pace of a channel', () => {
  const pace = { groupSeconds: 300, perHour: 4 };

  test('sends, collects what comes close, and holds when the hour is full', () => {
    assert.equal(paceOf(pace, [], at(0)), 'send');
    assert.equal(paceOf(pace, [at(0)], at(4.9)), 'collect');
    assert.equal(paceOf(pace, [at(0)], at(5)), 'send');
    assert.equal(paceOf(pace, [at(0), at(5), at(10), at(15)], at(59)), 'hold');
    assert.equal(paceOf(pace, [at(0), at(5), at(10), at(15)], at(60)), 'send');
  });

  test('never more messages in any hour than it may', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 600 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 400 }),
        (groupSeconds, perHour, gaps) => {
          const sent: Date[] = [];
          let now = START.getTime();
          for (const gap of gaps) {
            now += gap * 1_000;
            if (paceOf({ groupSeconds, perHour }, sent, new Date(now)) === 'send') sent.push(new Date(now));
          }
          for (const [index, first] of sent.entries()) {
            const hour = sent.slice(index).filter((one) => one.getTime() - first.getTime() < 3_600_000);
            assert.ok(hour.length <= perHour);
          }
        },
      ),
    );
  });
});

test('intervals grow, and a message is given up in the end', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 9].map((one) => reminderAfter(one) / 3_600_000),
    [1, 4, 12, 24, 24],
  );
  const waits = Array.from({ length: 9 }, (_, index) => retryAfter(index + 1));
  assert.equal(waits.at(-1), null);
  assert.deepEqual(
    waits.slice(0, 8),
    waits.slice(0, 8).sort((a, b) => (a ?? 0) - (b ?? 0)),
  );
});
