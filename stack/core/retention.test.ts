import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { DEFAULT_RETENTION, expectedDeletion, expiryMoment, retentionSchema } from './retention.ts';

const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));

describe('retention', () => {
  test('by default records stay and history goes after 30 days', () => {
    assert.equal(DEFAULT_RETENTION.recordDays, null);
    assert.equal(DEFAULT_RETENTION.recordVersionDays, 30);
    assert.deepEqual(retentionSchema.parse({ recordDays: 5 }), { ...DEFAULT_RETENTION, recordDays: 5 });
    assert.throws(() => retentionSchema.parse({ recordDays: 0 }));
  });

  test('a record is expected to go after its last purposeful use', () => {
    const record = { updatedAt: day(1), lastUsedAt: day(4), deletedAt: null };
    const retention = { recordDays: 10, transferredWhole: false };
    assert.deepEqual(expectedDeletion(record, retention), day(14));
    assert.deepEqual(expectedDeletion({ ...record, lastUsedAt: null }, retention), day(11));
    assert.equal(expectedDeletion(record, { ...retention, recordDays: null }), null);
  });

  test('what a complete transfer would bring back stays; what has vanished at the source goes', () => {
    const retention = { recordDays: 10, transferredWhole: true };
    assert.equal(expectedDeletion({ updatedAt: day(1), lastUsedAt: null, deletedAt: null }, retention), null);
    assert.deepEqual(
      expectedDeletion({ updatedAt: day(1), lastUsedAt: null, deletedAt: day(3) }, retention),
      day(13),
    );
  });

  test('using a record never brings its deletion nearer', () => {
    const date = fc.date({ min: day(1), max: day(300), noInvalidDate: true });
    fc.assert(
      fc.property(date, date, fc.integer({ min: 1, max: 3_650 }), (updatedAt, lastUsedAt, recordDays) => {
        const retention = { recordDays, transferredWhole: false };
        const unused = expectedDeletion({ updatedAt, lastUsedAt: null, deletedAt: null }, retention);
        const used = expectedDeletion({ updatedAt, lastUsedAt, deletedAt: null }, retention);
        assert.ok(unused !== null && used !== null && used >= unused);
        assert.ok(expiryMoment(used, recordDays) >= updatedAt);
      }),
    );
  });
});
