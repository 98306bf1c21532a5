import assert from 'node:assert/strict';
import { describe as suite, test } from 'node:test';
import * as fc from 'fast-check';
import type { RecordType } from '../attribute.ts';
import { compile } from './check.ts';
import { complete, describe } from './complete.ts';
import type { ExpressionType } from './type.ts';
import { arrayOf, BOOLEAN, NUMBER, objectOf, TEXT } from './types.ts';

const CITY: RecordType = {
  key: 'city',
  title: 'City',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'name', type: 'string', title: 'Name' },
    { key: 'population', type: 'number', title: 'Number of people' },
    { key: 'founded', type: 'iso_date', title: 'Founded' },
    { key: 'is-port', type: 'boolean', title: 'Is a port' },
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
const recordTypes = { of: () => [CITY, COUNTRY] };
const scope = {
  record: { kind: 'record', connection: 'atlas', recordType: 'city' },
  inputs: objectOf([{ key: 'amount', title: 'Amount', type: NUMBER }]),
  list: arrayOf(objectOf([{ key: 'label', title: 'Label', type: TEXT }])),
} as const;

/** `|` is the cursor. */
function at(marked: string, expected?: ExpressionType) {
  const cursor = marked.indexOf('|');
  const source = marked.replace('|', '');
  const options = { scope, recordTypes, ...(expected !== undefined && { expected }) };
  return { source, cursor, options };
}
function offered(marked: string, expected?: ExpressionType): readonly string[] {
  const { source, cursor, options } = at(marked, expected);
  return complete(source, cursor, options).map(({ text }) => text);
}
function applied(marked: string, text: string): string {
  const { source, cursor, options } = at(marked);
  const found = complete(source, cursor, options).find((one) => one.text === text);
  assert.ok(found !== undefined, `${text} is not offered at ${marked}`);
  return source.slice(0, found.start) + found.text + source.slice(found.end);
}

suite('completion', () => {
  test('offers names and functions, and fields by their keys and titles', () => {
    assert.deepEqual(offered('rec|'), ['record']);
    assert.ok(offered('|').includes('inputs') && offered('|').includes('now()'));
    assert.deepEqual(offered('record.na|').slice(0, 1), ['name']);
    assert.deepEqual(offered('record.peo|'), ['population']);
    assert.ok(offered('record.|').includes('related("country_id")'));
    assert.deepEqual(offered('inputs.|'.replace('|', 'am|') + ' > 3'), ['amount']);
    assert.equal(applied('record.na| == "x"', 'name'), 'record.name == "x"');
    assert.equal(applied('record.is|', '["is-port"]'), 'record["is-port"]');
  });

  test('knows the fields of items within calls, of related records and of unfinished sources', () => {
    assert.deepEqual(offered('list.filter(x, x.la|'), ['label']);
    assert.deepEqual(offered('(1 + list.map(one, one.la|)[0'), ['label']);
    assert.deepEqual(offered('record.tags[0].ta|').slice(0, 1), ['tag']);
    assert.deepEqual(offered('related(record, "country_id").na|').slice(0, 1), ['name']);
    assert.deepEqual(offered('related(record, "country_id").related("city").map(c, c.pop|'), ['population']);
    assert.deepEqual(offered('list.map(x, list.map(y, x.la|'), ['label']);
  });

  test('offers what may be written between quotes', () => {
    assert.deepEqual(offered('related(record, "|'), ['"country_id"']);
    assert.equal(applied('related(record, "c|")', '"country_id"'), 'related(record, "country_id")');
    assert.deepEqual(offered('plus(now(), 1, "m|"'), ['"months"', '"minutes"']);
    assert.deepEqual(offered('"some te|xt"'), []);
  });

  test('puts first what fits', () => {
    assert.equal(
      offered('record.|', BOOLEAN)[0] === '["is-port"]' || offered('record.|', BOOLEAN).length > 5,
      true,
    );
    assert.equal(offered('record.|', NUMBER)[0], 'population');
    assert.equal(offered('round(record.|')[0], 'population');
    assert.equal(offered('record.population > inputs.|')[0], 'amount');
    assert.equal(offered('record.founded > |')[0]?.startsWith('record'), false);
  });

  test('says what a name is', () => {
    const said = (marked: string) => {
      const { source, cursor, options } = at(marked);
      const found = describe(source, cursor, options);
      return found === null ? null : `${source.slice(found.start, found.end)}: ${found.title}, ${found.type}`;
    };
    assert.equal(said('record.popul|ation > 3'), 'population: Number of people, a number');
    assert.equal(said('rec|ord.name'), 'record: record, a city record');
    assert.equal(said('rou|nd(1.5)'), 'round: round(number, digits?), a number');
    assert.equal(said('list.map(x, x.lab|el)'), 'label: Label, text');
    assert.equal(said('nothing.he|re'), null);
    assert.equal(said('1 +| 2'), null);
  });

  test('never throws, and edits only what was there', () => {
    const pieces = fc.constantFrom(
      'record',
      '.',
      'name',
      'list',
      'map',
      '(',
      'x',
      ',',
      ')',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      'related',
      '+',
      '<',
      ' ',
      '0',
      '?',
      ':',
    );
    const sources = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(sources, fc.nat(60), (source, place) => {
        const cursor = Math.min(place, source.length);
        for (const { start, end } of complete(source, cursor, { scope, recordTypes })) {
          assert.ok(start >= 0 && start <= end && end <= source.length);
        }
        describe(source, cursor, { scope, recordTypes });
      }),
      { numRuns: 300 },
    );
  });

  test('what is offered of fields and relations compiles', () => {
    const { source, cursor, options } = at('record.|');
    for (const { kind, start, end, text } of complete(source, cursor, options)) {
      if (kind === 'function') continue;
      const whole = source.slice(0, start) + text + source.slice(end);
      assert.ok(compile(whole, options).ok, whole);
    }
  });
});
