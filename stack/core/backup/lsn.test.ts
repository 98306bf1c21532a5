import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatLsn, parseLsn, segmentFile, segmentStart } from './lsn.ts';

const MEGABYTES_16 = 16 * 1024 * 1024;

test('a place is read and written as Postgres does', () => {
  assert.equal(parseLsn('16/B374D848'), 0x16_b374_d848n);
  assert.equal(formatLsn(0x16_b374_d848n), '16/B374D848');
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (lsn) => parseLsn(formatLsn(lsn)) === lsn),
  );
});

test('segments have the names that Postgres gives them', () => {
  assert.equal(segmentFile(1, 0n, MEGABYTES_16), '000000010000000000000000');
  assert.equal(segmentFile(3, 0x16_b300_0000n, MEGABYTES_16), '0000000300000016000000B3');
  assert.equal(segmentFile(1, 0x1_0000_0000n, 1024 * 1024), '000000010000000100000000');
  assert.equal(segmentStart(0x16_b374_d848n, MEGABYTES_16), 0x16_b300_0000n);
});
