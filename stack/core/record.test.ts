import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { Attribute, RecordType } from './attribute.ts';
import { ARRAY_MAX_ITEMS, clean, compileRecordType, ID_MAX_BYTES, isDate, isDateTime } from './record.ts';
import type { Checked } from './record.ts';

const attribute = (key: string, type: Attribute['type'], more: Partial<Attribute> = {}): Attribute => ({
  key,
  type,
  title: key,
  ...more,
});

const FLIGHT: RecordType = {
  key: 'flight',
  title: 'Flight',
  attributes: [
    attribute('id', 'primary_id'),
    attribute('airport', 'foreign_key', { references: 'airport' }),
    attribute('name', 'string'),
    attribute('seats', 'number'),
    attribute('day', 'iso_date'),
    attribute('at', 'iso_datetime'),
    attribute('late', 'boolean'),
    attribute('legs', 'array', { attributes: [attribute('code', 'string'), attribute('miles', 'number')] }),
  ],
};
const VALID = {
  id: 'f1',
  airport: 'BER',
  name: 'Morning',
  seats: 180.5,
  day: '2024-02-29',
  at: '2026-01-31T09:30:00.123+02:00',
  late: false,
  legs: [{ code: 'A', miles: 1 }],
};
const flights = compileRecordType(FLIGHT);
const check = (data: unknown): Checked => flights.check(data);

function problemsOf(data: unknown): readonly string[] {
  const checked = check(data);
  assert.ok(!checked.ok);
  return checked.problems.map(({ path, problem }) => `${path}: ${problem}`);
}

const text = fc.string({ unit: 'grapheme' }).map(clean);
const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const nullable = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values);
const validRecord = fc.record({
  id: text.filter((id) => id !== '').map((id) => id.slice(0, 50).toWellFormed()),
  airport: nullable(text.filter((id) => id !== '')),
  name: nullable(text),
  seats: nullable(fc.double({ noNaN: true, noDefaultInfinity: true })),
  day: nullable(day.map((value) => value.toISOString().slice(0, 10))),
  at: nullable(day.map((value) => value.toISOString())),
  late: nullable(fc.boolean()),
  legs: nullable(
    fc.array(fc.record({ code: nullable(text), miles: nullable(fc.integer()) }), { maxLength: 4 }),
  ),
});

describe('a record that brings every attribute with a value of its type', () => {
  test('is valid, whatever the values', () => {
    fc.assert(
      fc.property(validRecord, (data) => {
        const checked = check(data);
        assert.ok(checked.ok, JSON.stringify(checked));
        assert.equal(checked.id, data.id);
        assert.deepEqual(JSON.parse(checked.text), JSON.parse(JSON.stringify(data)));
        assert.deepEqual(
          checked.references.map(({ id }) => id),
          data.airport === null ? [] : [data.airport],
        );
      }),
    );
  });

  test('has one text, in whatever order its keys came', () => {
    fc.assert(
      fc.property(
        validRecord.chain((data) =>
          fc.tuple(
            fc.constant(data),
            fc
              .shuffledSubarray(Object.entries(data), { minLength: 8 })
              .map((list) => Object.fromEntries(list)),
          ),
        ),
        ([data, shuffled]) => {
          const [one, other] = [check(data), check(shuffled)];
          assert.ok(one.ok && other.ok);
          assert.equal(one.text, other.text);
        },
      ),
    );
  });

  test('has another text when a value differs; 1.0 and 1, 0 and -0 do not differ', () => {
    const textOf = (more: object): string => {
      const checked = check({ ...VALID, ...more });
      assert.ok(checked.ok);
      return checked.text;
    };
    assert.notEqual(textOf({ name: '1' }), textOf({ name: null }));
    assert.equal(textOf({ seats: JSON.parse('1.0') }), textOf({ seats: 1 }));
    assert.equal(textOf({ seats: -0 }), textOf({ seats: 0 }));
  });
});

describe('a record is invalid', () => {
  test('when any of its keys is missing or one is unknown', () => {
    fc.assert(
      fc.property(validRecord, fc.constantFrom(...Object.keys(VALID)), (data, key) => {
        const rest = Object.fromEntries(Object.entries(data).filter(([name]) => name !== key));
        assert.deepEqual(problemsOf(rest), [`${key}: is missing`]);
      }),
    );
    assert.deepEqual(problemsOf({ ...VALID, gate: 7 }), ['gate: is not an attribute']);
    assert.deepEqual(problemsOf(JSON.parse(JSON.stringify(VALID).replace('{', '{"__proto__":{"id":"x"},'))), [
      '__proto__: is not an attribute',
    ]);
    assert.deepEqual(problemsOf(Object.create(VALID)).length, 8);
  });

  test('when a value is of another type, and every problem is told', () => {
    const wrong = {
      ...VALID,
      airport: 7,
      name: {},
      seats: '180',
      day: '2023-02-29',
      at: '2026-01-31',
      late: 'no',
    };
    assert.deepEqual(problemsOf({ ...wrong, id: null, legs: 'A' }), [
      'id: is null, but identifies the record',
      'airport: is a number, not a string',
      'name: is an object, not a string',
      'seats: is text, not a finite number',
      'day: is text, not a date such as 2026-01-31',
      'at: is text, not a date and time with an offset such as 2026-01-31T09:30:00Z',
      'late: is text, not true or false',
      'legs: is text, not an array',
    ]);
    assert.deepEqual(problemsOf({ ...VALID, name: true, seats: Infinity }), [
      'name: is true or false, not a string',
      'seats: is a number too large, not a finite number',
    ]);
    assert.deepEqual(problemsOf({ ...VALID, id: '', seats: [] }), [
      'id: is empty, but identifies a record',
      'seats: is an array, not a finite number',
    ]);
  });

  test('when an item of an array is wrong', () => {
    assert.deepEqual(problemsOf({ ...VALID, legs: [{ code: 1, miles: 1 }, 7, { code: 'B' }, null] }), [
      'legs[0].code: is a number, not a string',
      'legs[1]: is a number, not an object',
      'legs[2].miles: is missing',
      'legs[3]: is null, not an object',
    ]);
    const many = Array.from({ length: ARRAY_MAX_ITEMS + 1 }, () => ({ code: null, miles: null }));
    assert.match(problemsOf({ ...VALID, legs: many })[0] ?? '', /10001 items/);
  });

  test('when it is no object', () => {
    for (const data of [null, undefined, 'text', 7, true, [], 'x'.repeat(500)]) {
      assert.deepEqual(problemsOf(data), [': is not an object']);
    }
  });

  test('when it holds text that Postgres cannot store', () => {
    assert.deepEqual(problemsOf({ ...VALID, name: 'a\u0000b', legs: [{ code: '\ud800', miles: 1 }] }), [
      'name: has the character U+0000, which cannot be stored',
      'legs[0].code: is not well-formed Unicode (half of a surrogate pair)',
    ]);
    const checked = check({ ...VALID, id: 'a\u0000' });
    assert.equal(checked.id, 'a\uFFFD');
    assert.ok(check({ ...VALID, name: 'tab\u0001 and \\u0000 as text' }).ok);
  });

  test('when an id is too long for an index', () => {
    assert.ok(check({ ...VALID, id: 'é'.repeat(ID_MAX_BYTES / 2) }).ok);
    assert.match(
      problemsOf({ ...VALID, id: `x${'é'.repeat(ID_MAX_BYTES / 2)}` })[0] ?? '',
      /more than 1024 bytes/,
    );
  });

  test('and never more is told than helps, with values shortened', () => {
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`k${index}`, 'x'.repeat(500)]),
    );
    const checked = check({ ...VALID, ...many });
    assert.ok(!checked.ok);
    assert.equal(checked.problems.length, 20);
    assert.ok(checked.problems.every(({ value }) => typeof value === 'string' && value.length <= 121));
    const values = check({ ...VALID, a: null, b: NaN, c: { deep: 1 }, d: true, e: 1 });
    assert.ok(!values.ok);
    assert.deepEqual(
      values.problems.map(({ value }) => value),
      [null, 'NaN', '{"deep":1}', true, 1],
    );
  });
});

test('any JSON is judged without an exception', () => {
  fc.assert(fc.property(fc.jsonValue(), (data) => typeof check(data).ok === 'boolean'));
});

test('a day is valid when the calendar has it', () => {
  fc.assert(
    fc.property(fc.nat(9999), fc.nat(13), fc.nat(32), (year, month, date) => {
      const iso = [
        String(year).padStart(4, '0'),
        String(month).padStart(2, '0'),
        String(date).padStart(2, '0'),
      ].join('-');
      const time = new Date(`${iso}T00:00:00Z`);
      const exists = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(iso);
      assert.equal(isDate(iso), exists, iso);
    }),
    { numRuns: 2000 },
  );
  for (const wrong of ['2026-1-31', '2026-01-31T00:00:00Z', ' 2026-01-31', '', '20260131'])
    assert.ok(!isDate(wrong));
});

test('a time needs its offset', () => {
  for (const right of ['2026-01-31T23:59:60Z', '2026-01-31t09:30:00z', '2026-01-31T09:30:00-11:30']) {
    assert.ok(isDateTime(right), right);
  }
  for (const wrong of [
    '2026-01-31T09:30:00',
    '2026-01-31 09:30:00Z',
    '2026-02-30T09:30:00Z',
    '2026-01-31T24:00:00Z',
    '',
  ]) {
    assert.ok(!isDateTime(wrong), wrong);
  }
});

test('a record type without foreign keys that name one has no references', () => {
  const loose = compileRecordType({
    key: 'x',
    title: 'X',
    attributes: [
      attribute('id', 'primary_id'),
      attribute('other', 'foreign_key'),
      attribute('list', 'array'),
    ],
  });
  const checked = loose.check({ id: '1', other: 'o', list: [{}] });
  assert.ok(checked.ok);
  assert.deepEqual(checked.references, []);
  assert.ok(!compileRecordType({ key: 'y', title: 'Y', attributes: [] }).check({}).ok);
});
