import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FleetError } from './errors.ts';
import { applyChanges } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { contracts, releaseSchema, whyUnreachable } from './release.ts';
import type { PublishedRelease } from './release.ts';
import { ask } from './request.ts';

const made = releaseSchema.parse({
  version: '2.0.0',
  artifact: 'middle-2.0.0.tgz',
  digest: 'a'.repeat(64),
  signature: 's',
  template_version: '1',
  migrations: [{ name: 'm', kind: 'contract' }],
  minimum_previous: '1.5.0',
  security: false,
  notes: '',
  published_at: 0,
});
const release: PublishedRelease = { ...made, recall: null };

test('a release is reached from its minimum on, never when recalled, and not from where the way back is shut', () => {
  assert.equal(whyUnreachable('1.5.0', release, null), null);
  assert.equal(whyUnreachable('1.4.9', release, null), 'previous_too_old');
  assert.equal(whyUnreachable('2.1.0', release, '2.0.0'), null);
  assert.equal(whyUnreachable('2.1.0', release, '2.1.0'), 'contracted');
  assert.equal(whyUnreachable('1.5.0', { ...release, recall: { at: 0, reason: 'r' } }, null), 'recalled');
  assert.equal(contracts(release), true);
  assert.equal(releaseSchema.safeParse({ ...made, digest: 'short' }).success, false);
});

test('the ledger refuses what its tables do not name', () => {
  const request = { ...ask('q', 'a', { kind: 'delete' }, 0), state: 'done' as const };
  const ledger: Ledger = {
    policy: DEFAULT_POLICY,
    stacks: new Map(),
    releases: new Map(),
    rollouts: new Map(),
    requests: new Map([['q', request]]),
  };
  const illegal = (error: unknown): boolean =>
    error instanceof FleetError && error.code === 'transition_illegal';
  assert.throws(
    () => applyChanges(ledger, [{ kind: 'request', request: 'q', to: 'doing', set: {} }], 1),
    illegal,
  );
  assert.throws(() => applyChanges(ledger, [{ kind: 'settled', rollout: 'nobody' }], 1), illegal);
  assert.equal(applyChanges(ledger, [], 1), ledger);
});
