import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compareVersions, versionSchema } from './version.ts';

const part = fc.integer({ min: 0, max: 999_999_999 });
const version = fc.tuple(part, part, part).map((parts) => parts.join('.'));

test('versions are compared by number and not by text', () => {
  assert.ok(compareVersions('1.9.0', '1.10.0') < 0);
  assert.ok(compareVersions('2.0.0', '1.99.99') > 0);
  assert.equal(compareVersions('1.2.3', '1.2.3'), 0);
});

test('comparing is an order', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)), -Math.sign(compareVersions(b, a)) + 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0);
    }),
  );
});

test('other forms are refused', () => {
  for (const wrong of ['1.2', '01.2.3', '1.2.3-beta', 'v1.2.3', '1.2.3.4', '', '1.2.1000000000']) {
    assert.equal(versionSchema.safeParse(wrong).success, false, wrong);
  }
  fc.assert(fc.property(version, (good) => versionSchema.safeParse(good).success));
});
