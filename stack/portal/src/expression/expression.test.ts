import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FUNCTION_GROUPS, FUNCTION_HELP } from '@middle/core/expression/help.ts';
import type { KnownRecordTypes } from '@middle/core/expression/records.ts';
import type { ExpressionType } from '@middle/core/expression/type.ts';
import { compile } from '@middle/core/expression/check.ts';
import * as fc from 'fast-check';
import { fieldsWithin, findFields, rootsOf, shortValue } from './fields.ts';
import { plainKindOf, plainOf, sourceOf } from './plain.ts';
import { segmentsOf } from './segments.ts';

const RECORD_TYPES: KnownRecordTypes = {
  of: () => [
    {
      key: 'country',
      title: 'Country',
      attributes: [
        { key: 'id', type: 'primary_id', title: 'Code' },
        { key: 'name', type: 'string', title: 'Name' },
      ],
    },
    {
      key: 'city',
      title: 'City',
      attributes: [
        { key: 'id', type: 'primary_id', title: 'Id' },
        { key: 'name', type: 'string', title: 'Name' },
        { key: 'population', type: 'number', title: 'Population' },
        { key: 'countryId', type: 'foreign_key', references: 'country', title: 'Country' },
      ],
    },
  ],
};
const CITY: ExpressionType = { kind: 'record', connection: 'atlas', recordType: 'city' };
const SCOPE: Readonly<Record<string, ExpressionType>> = {
  inputs: { kind: 'object', fields: [{ key: 'a key', title: 'Odd key', type: { kind: 'text' } }] },
  variables: { kind: 'object', fields: [] },
  record: CITY,
};

test('the pieces of a source are the source, whatever its problems', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('record.name + "a b"', 'upper(x) > 1.5', '"open')),
      fc.array(fc.record({ start: fc.nat(40), end: fc.nat(60), message: fc.constant('wrong') })),
      (source, problems) => {
        const segments = segmentsOf(source, problems);
        assert.equal(segments.map(({ text }) => text).join(''), source);
        if (source.length > 0 && problems.length > 0) assert.ok(segments.some(({ wrong }) => wrong));
      },
    ),
  );
});

test('names, calls, texts and numbers look different', () => {
  const looks = segmentsOf('upper(record.name) == "X" && true', []).filter(({ text }) => text.trim() !== '');
  assert.deepEqual(
    looks.map(({ text, look }) => [text, look]).filter(([, look]) => look !== 'plain'),
    [
      ['upper', 'function'],
      ['record', 'name'],
      ['name', 'name'],
      ['"X"', 'text'],
      ['true', 'keyword'],
    ],
  );
});

test('a plain value is written out and read again', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const source = sourceOf(text);
      assert.equal(plainOf(source, 'text'), text);
      const compiled = compile(source, { scope: {} });
      assert.ok(compiled.ok, source);
    }),
  );
  assert.equal(plainOf('-1.5', 'number'), -1.5);
  assert.equal(plainOf('true', 'boolean'), true);
  for (const source of ['"a" + "b"', 'record.name', '', '"a', "'a'"])
    assert.equal(plainOf(source, 'text'), null);
  assert.equal(plainOf('1 + 1', 'number'), null);
  assert.equal(plainKindOf({ kind: 'array', of: { kind: 'any' } }), null);
});

test('whatever can be chosen is an expression of the type that is said', () => {
  const seen: string[] = [];
  let level = rootsOf(SCOPE, {});
  for (let depth = 0; depth < 4; depth += 1) {
    for (const { source } of level) {
      const compiled = compile(source, { scope: SCOPE, recordTypes: RECORD_TYPES });
      assert.ok(compiled.ok, `${source}: ${compiled.ok ? '' : (compiled.problems[0]?.message ?? '')}`);
      seen.push(source);
    }
    level = level.flatMap((field) => fieldsWithin(RECORD_TYPES, field));
  }
  for (const source of [
    'record.name',
    'inputs["a key"]',
    'related(record, "countryId").name',
    'related(related(record, "countryId"), "city").map(city, city.name)',
    'related(related(record, "countryId"), "city").length()',
  ])
    assert.ok(seen.includes(source), source);
  assert.ok(!seen.includes('variables'), 'what is empty is not offered');
});

test('fields are found by words of their titles, with the values of the sample', () => {
  const roots = rootsOf(SCOPE, { record: { id: '1', name: 'Ghent', population: 260_000, countryId: 'BE' } });
  const [first] = findFields(RECORD_TYPES, roots, 'popul');
  assert.equal(first?.field.source, 'record.population');
  assert.equal(first.field.value, 260_000);
  assert.deepEqual(first.within, ['Record']);
  const country = findFields(RECORD_TYPES, roots, 'country name').map(({ field }) => field.source);
  assert.ok(country.includes('related(record, "countryId").name'));
  assert.equal(shortValue('x'.repeat(100)).length, 61);
});

test('every function has a group, a help and an example', () => {
  assert.ok(FUNCTION_HELP.length > 50);
  for (const { group, help, example } of FUNCTION_HELP) {
    assert.ok(FUNCTION_GROUPS.includes(group) && help !== '' && example[0] !== '' && example[1] !== '');
  }
});
