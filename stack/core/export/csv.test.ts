import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { csvRow } from './csv.ts';

test('values of every kind', () => {
  const cases: [unknown, string][] = [
    [null, ''],
    ['', '""'],
    ['a', 'a'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['grüße 世界 👩‍🚀', 'grüße 世界 👩‍🚀'],
    [' padded ', '" padded "'],
    [-5.25, '-5.25'],
    [1e21, '1e+21'],
    [true, 'true'],
    ['2026-01-31', '2026-01-31'],
    [[{ id: '1', n: null }], '"[{""id"":""1"",""n"":null}]"'],
    ['=1+1', "'=1+1"],
    ['-5', "'-5"],
    ['@SUM(A1,2)', '"\'@SUM(A1,2)"'],
    ['\t=1', "'\t=1"],
    [' =1', "' =1"],
    ['＝1', "'＝1"],
    ['\rx', '"\'\rx"'],
  ];
  for (const [value, expected] of cases)
    assert.equal(csvRow([value]), `${expected}\r\n`, JSON.stringify(value));
  assert.equal(csvRow(['a', null, 1]), 'a,,1\r\n');
});

test('a reader of RFC 4180 gets back every row, and no text that begins a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 6 }), (values) => {
      const read = readRow(csvRow(values));
      assert.deepEqual(
        read.map((text, at) => (text === `'${values[at]}` ? values[at] : text)),
        values,
      );
      assert.ok(read.every((text) => !/^[=+\-@\t\r\n]/.test(text)));
    }),
  );
});

function readRow(row: string): string[] {
  const fields = row.slice(0, -2).match(/(?:^|,)(?:"(?:[^"]|"")*"|[^,"]*)/g) ?? [];
  return fields.map((field, at) => {
    const own = at === 0 ? field : field.slice(1);
    return own.startsWith('"') ? own.slice(1, -1).replaceAll('""', '"') : own;
  });
}
