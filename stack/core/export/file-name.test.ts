import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fileOf } from './file-name.ts';

test('names say what is in the file', () => {
  assert.deepEqual(fileOf('Cities 2026-01-31', 'csv', 'none'), {
    name: 'Cities 2026-01-31.csv',
    contentType: 'text/csv; charset=utf-8',
  });
  assert.equal(fileOf('städte/世界', 'jsonl', 'gzip').name, 'städte 世界.jsonl.gz');
  assert.equal(fileOf('../../etc/passwd', 'csv', 'none').name, 'etc passwd.csv');
  assert.equal(fileOf(' .\n ', 'csv', 'none').name, 'export.csv');
});

test('any text makes a name that every file system takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const { name } = fileOf(text, 'csv', 'gzip');
      assert.match(name, /^[^/\\:*?"<>|\p{Cc}.][^/\\:*?"<>|\p{Cc}]*$/u);
      assert.ok(name.endsWith('.csv.gz'));
      assert.ok(Array.from(name).length <= 130);
    }),
  );
});
