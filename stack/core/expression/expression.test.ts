import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { RecordType } from '../attribute.ts';
import { MiddleError } from '../errors.ts';
import { compile } from './check.ts';
import type { CompileOptions } from './check.ts';
import { evaluate } from './evaluate.ts';
import type { EvaluateOptions } from './evaluate.ts';
import { FUNCTIONS } from './functions/catalogue.ts';
import type { ExpressionType } from './type.ts';
import { ANY, arrayOf, BOOLEAN, DATE, DATETIME, NUMBER, nullable, objectOf, TEXT } from './types.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

const CITY: RecordType = {
  key: 'city',
  title: 'City',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'name', type: 'string', title: 'Name' },
    { key: 'population', type: 'number', title: 'Population' },
    { key: 'founded', type: 'iso_date', title: 'Founded' },
    { key: 'changed_at', type: 'iso_datetime', title: 'Changed at' },
    { key: 'country_id', type: 'foreign_key', references: 'country', title: 'Country' },
    { key: 'tags', type: 'array', title: 'Tags', attributes: [{ key: 'tag', type: 'string', title: 'Tag' }] },
  ],
};
const COUNTRY: RecordType = {
  key: 'country',
  title: 'Country',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'name', type: 'string', title: 'Name' },
  ],
};
const recordTypes = { of: (slot: string) => (slot === 'atlas' ? [CITY, COUNTRY] : []) };
const scope = {
  record: { kind: 'record', connection: 'atlas', recordType: 'city' },
  inputs: objectOf([
    { key: 'amount', title: 'Amount', type: NUMBER },
    { key: 'note', title: 'Note', type: nullable(TEXT) },
    { key: 'anything', title: 'Anything', type: ANY },
  ]),
  list: arrayOf(NUMBER),
} as const;
const values = {
  record: {
    id: 'c1',
    name: 'Ghent',
    population: 265_000,
    founded: '0650-01-01',
    changed_at: '2026-02-28T23:30:00Z',
    country_id: 'be',
    tags: [{ tag: 'old' }],
  },
  inputs: { amount: 12.5, note: null, anything: { deep: [1, { x: 'y' }] } },
  list: [3, 1, 2],
};

function work(source: string, more: Partial<EvaluateOptions & CompileOptions> = {}): unknown {
  const compiled = compile(source, { scope, recordTypes, ...more });
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join(' '));
  return evaluate(compiled.expression, { scope: values, now: NOW, seed: 'test', ...more });
}

function problemsOf(source: string, expected?: ExpressionType): string[] {
  const compiled = compile(source, { scope, recordTypes, ...(expected === undefined ? {} : { expected }) });
  return compiled.ok
    ? []
    : compiled.problems.map(({ start, end, message, suggestion }) =>
        [
          `${source.slice(start, end)}: ${message}`,
          ...(suggestion === undefined ? [] : [`-> ${suggestion}`]),
        ].join(' '),
      );
}

describe('expressions', () => {
  for (const { name, example } of FUNCTIONS) {
    test(`the example of ${name} gives what it says`, () => {
      assert.deepEqual(work(example[0]), example[1]);
    });
  }

  test('numbers are numbers, null flows, and a criterion that is null is not met', () => {
    assert.equal(work('inputs.amount * 2 > 24'), true);
    assert.equal(work('1 / 2'), 0.5);
    assert.equal(work('7 % 0'), null);
    assert.equal(work('inputs.note.upper()'), null);
    assert.equal(work('"Note: " + inputs.note'), 'Note: ');
    assert.equal(work('inputs.note == null ? "none" : inputs.note'), 'none');
    assert.equal(work('!(length(inputs.note) > 3)'), true);
    assert.equal(work('inputs.anything.deep[1].x'), 'y');
    assert.equal(work('inputs.anything.no.such.thing'), null);
    assert.deepEqual(work('list.filter(n, n > 1).map(n, {"n": n, "half": n / 2})'), [
      { n: 3, half: 1.5 },
      { n: 2, half: 1 },
    ]);
    assert.equal(work('round(1.005, 2)'), 1.01);
    assert.equal(work('list[-1] + list[7]'), null);
  });

  test('moments are compared by the time they stand for, dates with texts that are dates', () => {
    assert.equal(work('record.changed_at == "2026-03-01T00:30:00+01:00"'), true);
    assert.equal(work('record.changed_at < "2026-03-01"'), true);
    assert.equal(work('record.changed_at < now()'), true);
    assert.equal(work('date(record.changed_at, "Europe/Brussels")'), '2026-03-01');
  });

  test('clocks that jump: a day is a day on the clocks, an hour is an hour', () => {
    const brussels = (text: string): unknown => work(text);
    // On 29 March 2026 clocks go from 2:00 to 3:00, on 25 October from 3:00 to 2:00.
    assert.equal(
      brussels('plus("2026-03-28T02:30:00+01:00", 1, "days", "Europe/Brussels")'),
      '2026-03-29T01:30:00.000Z',
    );
    assert.equal(
      brussels('plus("2026-03-28T23:00:00Z", 24, "hours", "Europe/Brussels")'),
      '2026-03-29T23:00:00.000Z',
    );
    assert.equal(
      brussels('between("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "days", "Europe/Brussels")'),
      1,
    );
    assert.equal(
      brussels('startOf("2026-10-25T02:30:00+01:00", "day", "Europe/Brussels")'),
      '2026-10-24T22:00:00.000Z',
    );
    assert.equal(brussels('endOf("2026-10-25", "day", "Europe/Brussels")'), '2026-10-25T23:00:00.000Z');
  });

  test('related records in both directions', () => {
    const related: EvaluateOptions['related'] = (relation, record) =>
      relation.direction === 'forward'
        ? { id: record[relation.foreignKey], name: 'Belgium' }
        : [values.record];
    assert.equal(work('related(record, "country_id").name', { related }), 'Belgium');
    assert.equal(
      work('related(related(record, "country_id"), "city").map(c, c.name).join()', { related }),
      'Ghent',
    );
    assert.deepEqual(problemsOf('related(record, "country")'), [
      '"country": A city record has no related “country”. Did you mean "country_id"? -> "country_id"',
    ]);
    assert.deepEqual(problemsOf('related(inputs.note, "x")'), [
      'inputs.note: Only a record has related records, and this is text.',
    ]);
  });

  test('what is wrong is said with its place, both types and what may have been meant', () => {
    assert.deepEqual(problemsOf('recrd.name'), [
      'recrd: There is no “recrd”. Did you mean record? -> record',
    ]);
    assert.deepEqual(problemsOf('record.nam'), [
      'nam: A city record has no field “nam”. Did you mean name? -> name',
    ]);
    assert.deepEqual(problemsOf('record.name.uper()'), [
      'uper: There is no function “uper”. Did you mean upper? -> upper',
    ]);
    assert.deepEqual(problemsOf('record.name * 2'), [
      'record.name: What stands before “*” must be a number, and is text. Read it with number(…).',
    ]);
    assert.deepEqual(problemsOf('record.population > "x"'), [
      'record.population > "x": A number can’t be compared with text.',
    ]);
    assert.deepEqual(problemsOf('record.founded > "soon"'), [
      '"soon": This text is no date; write one as "2026-01-31" or "2026-01-31T10:00:00Z".',
    ]);
    assert.deepEqual(problemsOf('plus(now(), 1, "day")'), [
      '"day": The unit of plus is one of years, months, weeks, days, hours, minutes, seconds. Did you mean "days"? -> "days"',
    ]);
    assert.deepEqual(problemsOf('round()'), ['round(): It is used as round(number, digits?).']);
    assert.deepEqual(problemsOf('record.tags.tag'), [
      'tag: A list of objects has no fields. Take an item with [0], or go through all with .map(x, x.…).',
    ]);
    assert.deepEqual(problemsOf('now() - record.changed_at'), [
      'now() - record.changed_at: Dates are not subtracted; use between(from, to, "days").',
    ]);
    assert.deepEqual(problemsOf('record.nam + recrd.x').length, 2);
    assert.deepEqual(problemsOf('record.name', BOOLEAN), [
      'record.name: It gives text; true or false is needed.',
    ]);
    assert.deepEqual(problemsOf('"2026-01-01"', DATE), []);
    assert.deepEqual(problemsOf('record.name', DATETIME), [
      'record.name: It gives text; a date and time is needed.',
    ]);
    assert.deepEqual(problemsOf('1 +'), [': Something is missing at the end.']);
    assert.deepEqual(problemsOf('(1'), [': “)” is missing at the end.']);
    assert.deepEqual(problemsOf('  '), ['  : There is no expression.']);
  });

  test('the prototypes of the host are out of reach', () => {
    const hostile = ['constructor', '__proto__', 'toString', 'hasOwnProperty', '__defineGetter__'];
    for (const key of hostile) {
      assert.equal(work(`inputs.anything.${key}`), null);
      assert.equal(work(`inputs.anything["${key}"]`), null);
      assert.equal(work(`get(inputs.anything, "${key}")`), null);
      assert.deepEqual(problemsOf(key).length, 1);
      assert.deepEqual(problemsOf(`${key}()`).length, 1);
      assert.deepEqual(problemsOf(`"a".${key}()`).length, 1);
    }
    const made = work('{"__proto__": {"polluted": true}, "a": 1}');
    assert.equal(Object.getPrototypeOf(made), Object.prototype);
    assert.equal(Reflect.get(Object.prototype, 'polluted'), undefined);
  });

  test('work is bounded: nested loops, growing texts and lists end with an error', () => {
    const big = { list: Array.from({ length: 1_000 }, (_, index) => index) };
    const bombs = [
      'list.map(a, list.map(b, list.map(c, c)))',
      'list.map(a, list).flatten().map(x, list)',
      'padEnd("", 1e9, "x")',
      'list.map(x, text(list)).join("")',
      '"ab".replace("a", padEnd("", 1e5, "x")).replace("x", padEnd("", 1e5, "y"))',
    ];
    for (const source of bombs) {
      const compiled = compile(source, { scope });
      assert.ok(compiled.ok, source);
      assert.throws(
        () => evaluate(compiled.expression, { scope: big, now: NOW, seed: '' }),
        (error) => error instanceof MiddleError && error.code === 'expression_failed',
        source,
      );
    }
  });

  test('no text makes the compiler throw, or take long', () => {
    const fragments = fc.constantFrom(
      'record',
      '.name',
      'inputs',
      '[',
      ']',
      '(',
      ')',
      '"',
      "'",
      '+',
      '&&',
      '?',
      ':',
      'map',
      'x',
      ',',
      '1',
      '{',
      '}',
      '.',
      '!',
      '-',
      'null',
      ' ',
      '\n',
      '\\',
      'related(record, "country_id")',
    );
    const sources = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(fragments, { maxLength: 30 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(sources, (source) => {
        const compiled = compile(source, { scope, recordTypes });
        if (!compiled.ok) {
          assert.ok(compiled.problems.length > 0);
          for (const { start, end, message } of compiled.problems) {
            assert.ok(start >= 0 && end >= start && end <= source.length && message.length > 3, message);
          }
        }
      }),
      { numRuns: 2_000 },
    );
    assert.equal(compile('('.repeat(3_000), { scope }).ok, false);
    assert.equal(compile(`${'!'.repeat(3_999)}a`, { scope }).ok, false);
    assert.equal(compile('1+'.repeat(1_999), { scope }).ok, false);
  });

  test('the same seed gives the same random values, another seed others', () => {
    assert.equal(work('uuid() + random()', { seed: 'a' }), work('uuid() + random()', { seed: 'a' }));
    assert.notEqual(work('uuid()', { seed: 'a' }), work('uuid()', { seed: 'b' }));
    assert.notEqual(work('uuid() == uuid()'), true);
  });
});
