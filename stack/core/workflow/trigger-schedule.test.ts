import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { momentOf, wallAt } from './trigger-clock.ts';
import { dueTick, nextTick, nextTicks, scheduleSchema } from './trigger-schedule.ts';
import type { Schedule } from './trigger-schedule.ts';

const ZONES = [
  'UTC',
  'Europe/Brussels',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Pacific/Chatham',
  'Etc/GMT+12',
  'Africa/Casablanca',
  'America/Santiago',
  'Asia/Gaza',
  'Antarctica/Troll',
];
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const parse = (value: object): Schedule => scheduleSchema.parse(value);
const daily = (time: string, timeZone: string): Schedule => parse({ kind: 'daily', time, timeZone });
const cron = (pattern: string, timeZone: string): Schedule =>
  parse({ kind: 'cron', cron: pattern, timeZone });
const ticks = (schedule: Schedule, after: string, count: number): string[] =>
  nextTicks(schedule, new Date(after), count).map((tick) => tick.toISOString().replace(':00.000Z', 'Z'));

const moment = fc.date({
  min: new Date('2005-01-01T00:00:00Z'),
  max: new Date('2045-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const zone = fc.constantFrom(...ZONES);
const timeOfDay = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const schedule: fc.Arbitrary<Schedule> = fc
  .oneof(
    fc.record({
      kind: fc.constant('hourly' as const),
      everyHours: fc.constantFrom(1, 2, 3, 4, 6, 8, 12),
      minute: fc.integer({ min: 0, max: 59 }),
    }),
    fc.record({ kind: fc.constant('daily' as const), time: timeOfDay, timeZone: zone }),
    fc.record({
      kind: fc.constant('weekly' as const),
      time: timeOfDay,
      timeZone: zone,
      weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    }),
    fc.record({
      kind: fc.constant('cron' as const),
      cron: fc.constantFrom(
        '*/5 * * * *',
        '7 * * * 1-5',
        '30 2 * * *',
        '*/20 1-3 * * *',
        '0 0 29 2 *',
        '15 23 L * *',
      ),
      timeZone: zone,
    }),
  )
  .map(parse);

describe('schedules of triggers', () => {
  test('a time that clocks jump over ticks once, at the moment after the jump', () => {
    assert.deepEqual(ticks(daily('02:30', 'Europe/Brussels'), '2026-03-28T00:00:00Z', 3), [
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    assert.deepEqual(ticks(cron('*/20 2 * * *', 'Europe/Brussels'), '2026-03-28T12:00:00Z', 2), [
      '2026-03-29T01:00Z',
      '2026-03-30T00:00Z',
    ]);
  });

  test('a time that comes twice ticks once, the first time', () => {
    assert.deepEqual(ticks(daily('02:30', 'Europe/Brussels'), '2026-10-24T00:00:00Z', 3), [
      '2026-10-24T00:30Z',
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
    assert.deepEqual(ticks(cron('0,30 1-2 * * *', 'Europe/Brussels'), '2026-10-24T22:00:00Z', 5), [
      '2026-10-24T23:00Z',
      '2026-10-24T23:30Z',
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
      '2026-10-26T00:00Z',
    ]);
  });

  test('a cron of every hour goes by elapsed time through both changes', () => {
    assert.deepEqual(ticks(cron('*/30 * * * *', 'Europe/Brussels'), '2026-10-24T23:45:00Z', 6), [
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
      '2026-10-25T01:30Z',
      '2026-10-25T02:00Z',
      '2026-10-25T02:30Z',
    ]);
    assert.deepEqual(ticks(cron('0 * * * *', 'Europe/Brussels'), '2026-03-28T23:30:00Z', 3), [
      '2026-03-29T00:00Z',
      '2026-03-29T01:00Z',
      '2026-03-29T02:00Z',
    ]);
  });

  test('half an hour of summer time on Lord Howe', () => {
    assert.deepEqual(ticks(daily('02:15', 'Australia/Lord_Howe'), '2026-10-02T20:00:00Z', 3), [
      '2026-10-03T15:30Z',
      '2026-10-04T15:15Z',
      '2026-10-05T15:15Z',
    ]);
    assert.deepEqual(ticks(daily('01:45', 'Australia/Lord_Howe'), '2026-04-03T20:00:00Z', 3), [
      '2026-04-04T14:45Z',
      '2026-04-05T15:15Z',
      '2026-04-06T15:15Z',
    ]);
  });

  test('the day that Apia left out ticks once, when the next one begins; that one ticks as well', () => {
    assert.deepEqual(ticks(daily('12:00', 'Pacific/Apia'), '2011-12-28T23:00:00Z', 4), [
      '2011-12-29T22:00Z',
      '2011-12-30T10:00Z',
      '2011-12-30T22:00Z',
      '2011-12-31T22:00Z',
    ]);
  });

  test('hourly schedules tick equally far apart, always', () => {
    fc.assert(
      fc.property(moment, fc.constantFrom(1, 2, 3, 4, 6, 8, 12), fc.nat(59), (after, everyHours, minute) => {
        const list = nextTicks(parse({ kind: 'hourly', everyHours, minute }), after, 4);
        assert.ok(list.every((tick) => tick.getUTCMinutes() === minute && tick > after));
        for (const [index, tick] of list.slice(1).entries()) {
          assert.equal(tick.getTime() - (list[index]?.getTime() ?? 0), everyHours * HOUR);
        }
      }),
    );
  });

  test('ticks lie ahead, follow each other, and none is between: in every zone and year', () => {
    fc.assert(
      fc.property(schedule, moment, fc.nat(1_000), (one, after, part) => {
        const tick = nextTick(one, after);
        assert.ok(tick !== null && tick > after);
        assert.equal(tick.getTime() % 1_000, 0);
        const between = new Date(after.getTime() + ((tick.getTime() - after.getTime() - 1) * part) / 1_000);
        assert.deepEqual(nextTick(one, between), tick, `from ${between.toISOString()}`);
        const following = nextTick(one, tick);
        assert.ok(following !== null && following > tick);
      }),
      { numRuns: 600 },
    );
  });

  test('a daily schedule ticks for each day of the calendar once', () => {
    fc.assert(
      fc.property(zone, timeOfDay, moment, (timeZone, time, after) => {
        const one = daily(time, timeZone);
        const list = nextTicks(one, after, 40);
        // Two days may share a tick: when a whole day is left out, its midnight is that of the next.
        for (const [index, tick] of list.slice(1).entries()) {
          const apart = tick.getTime() - (list[index]?.getTime() ?? 0);
          assert.ok(apart <= DAY + 3 * HOUR, `${String(apart / HOUR)} hours after ${String(list[index])}`);
        }
        const shown = list.map((tick) =>
          new Date(wallAt(tick.getTime(), timeZone)).toISOString().slice(11, 16),
        );
        assert.ok(
          shown.filter((text) => text !== time).length <= 2,
          `changes of clocks only: ${shown.join()}`,
        );
      }),
    );
  });

  test('a wall time maps to the first moment that shows it, or to the jump over it', () => {
    fc.assert(
      fc.property(zone, moment, (timeZone, date) => {
        const at = Math.floor(date.getTime() / 60_000) * 60_000;
        const wall = wallAt(at, timeZone);
        const first = momentOf(wall, timeZone);
        assert.ok(first <= at && at - first <= DAY);
        assert.equal(wallAt(first, timeZone), wall);
      }),
      { numRuns: 500 },
    );
  });

  test('of missed ticks one is made up for at most, or none', () => {
    const every = { kind: 'cron', cron: '* * * * *', timeZone: 'UTC' };
    const tick = new Date('2026-01-01T00:00:00Z');
    const now = new Date('2026-01-15T00:00:30Z');
    const next = new Date('2026-01-15T00:01:00Z');
    assert.deepEqual(dueTick(parse(every), tick, now), { fires: true, next });
    assert.deepEqual(dueTick(parse({ ...every, missed: 'skip' }), tick, now), { fires: false, next });
    const soon = new Date('2026-01-01T00:00:20Z');
    assert.equal(dueTick(parse({ ...every, missed: 'skip' }), tick, soon).fires, true);
  });

  test('refuses what is no schedule, and says why', () => {
    const problem = (value: object): string =>
      scheduleSchema
        .safeParse(value)
        .error?.issues.map(({ message }) => message)
        .join() ?? 'fine';
    const at = (pattern: string): string => problem({ kind: 'cron', cron: pattern, timeZone: 'UTC' });
    assert.match(at('0 0 30 2 *'), /never comes/);
    assert.match(at('61 * * * *'), /Invalid value for minute: 61/);
    assert.match(at('0 0 0 1 1 *'), /five fields/);
    assert.match(at('99 99 99 99 99'), /Invalid value/);
    assert.equal(at('0 6 * * MON-FRI'), 'fine');
    assert.match(problem({ kind: 'daily', time: '6:00', timeZone: 'UTC' }), /time of day/);
    assert.match(problem({ kind: 'daily', time: '06:00', timeZone: 'Mars/Base' }), /not a time zone/);
    assert.match(problem({ kind: 'daily', time: '06:00', timeZone: '+02:00' }), /not a time zone/);
  });
});
