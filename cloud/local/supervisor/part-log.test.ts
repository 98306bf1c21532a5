import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { openPartLog } from './part-log.ts';

test('a log keeps the newest chunks, in order, within its bounds', () => {
  const limits = { bytes: 50, files: 3 };
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }), (lengths) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'log-'));
      try {
        const file = path.join(folder, 'part.log');
        const log = openPartLog(file, limits);
        const all = lengths.map((length, at) => String.fromCharCode(97 + (at % 26)).repeat(length));
        for (const chunk of all) log.write(chunk);
        log.close();
        log.write('too late');
        const files = readdirSync(folder).toSorted().toReversed();
        assert.ok(files.length <= limits.files);
        const kept = files.map((name) => readFileSync(path.join(folder, name), 'utf8'));
        for (const text of kept) assert.ok(text.length <= limits.bytes);
        assert.ok(all.join('').endsWith(kept.join('')));
        assert.ok(kept.join('').endsWith(all.at(-1) ?? ''));
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
    { numRuns: 50 },
  );
});

test('a log goes on where the last process ended, and remembers its last words', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'log-'));
  const file = path.join(folder, 'part.log');
  const first = openPartLog(file);
  first.write('one\n');
  first.close();
  const second = openPartLog(file);
  second.write('two\n');
  assert.equal(second.tail(), 'two\n');
  second.close();
  assert.equal(readFileSync(file, 'utf8'), 'one\ntwo\n');
  rmSync(folder, { recursive: true });
});
