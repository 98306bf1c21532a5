import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { manifestSchema } from './manifest.ts';
import { findSync, mergeSettings, settingsOfSync } from './sync-plan.ts';
import type { SyncSettings } from './sync-plan.ts';

const manifest = manifestSchema.parse({
  key: 'shop',
  name: 'Shop',
  version: '1',
  recordTypes: [{ key: 'sale', title: 'Sale', attributes: [{ key: 'id', type: 'primary_id', title: 'Id' }] }],
  syncs: [
    { key: 'all', recordType: 'sale', kind: 'complete', function: 'all', every: '1d', markDeleted: true },
    {
      key: 'new',
      recordType: 'sale',
      kind: 'recent',
      function: 'new',
      every: '15m',
      overlap: '1m',
      catchUp: { weekday: 'sunday', window: '14d' },
    },
    { key: 'one', recordType: 'sale', kind: 'lookup', function: 'one' },
  ],
});

test('settings are what the developer wrote, in seconds', () => {
  const settings = (kind: 'complete' | 'recent' | 'lookup') => {
    const sync = findSync(manifest, 'sale', kind);
    assert(sync !== undefined);
    return settingsOfSync(sync);
  };
  assert.deepEqual(settings('complete'), {
    functionKey: 'all',
    everySeconds: 86_400,
    overlapSeconds: 0,
    catchUp: null,
    markDeleted: true,
    stallSeconds: 300,
  });
  assert.deepEqual(settings('recent').catchUp, { weekday: 7, hour: 3, time_zone: 'UTC', window_days: 14 });
  assert.equal(settings('recent').overlapSeconds, 60);
  assert.equal(settings('lookup').everySeconds, null);
  assert.equal(findSync(manifest, 'nope', 'lookup'), undefined);
});

const settings: fc.Arbitrary<SyncSettings> = fc.record(
  {
    functionKey: fc.constantFrom('a', 'b'),
    everySeconds: fc.constantFrom(null, 60, 300),
    overlapSeconds: fc.constantFrom(0, 60),
    catchUp: fc.constantFrom(
      null,
      { weekday: 1, hour: 3, time_zone: 'UTC', window_days: 14 },
      { weekday: 2, hour: 3, time_zone: 'UTC', window_days: 14 },
    ),
    markDeleted: fc.boolean(),
    stallSeconds: fc.constantFrom(60, 300),
  },
  { noNullPrototype: true },
);

test('what people left alone follows the developer', () => {
  fc.assert(
    fc.property(settings, settings, (before, after) => {
      assert.deepEqual(mergeSettings(before, before, after), after);
    }),
  );
});

test('what people changed stays, but the function is always the new one', () => {
  fc.assert(
    fc.property(settings, settings, settings, (current, before, after) => {
      const merged = mergeSettings(current, before, after);
      assert.equal(merged.functionKey, after.functionKey);
      for (const key of ['everySeconds', 'overlapSeconds', 'markDeleted', 'stallSeconds'] as const) {
        assert.equal(merged[key], current[key] === before[key] ? after[key] : current[key]);
      }
    }),
  );
});

test('without an earlier definition everything is taken for changed', () => {
  fc.assert(
    fc.property(settings, settings, (current, after) => {
      assert.deepEqual(mergeSettings(current, null, after), { ...current, functionKey: after.functionKey });
    }),
  );
});
