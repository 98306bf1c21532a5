import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allows, PERMISSIONS, visibleAccounts } from './permissions.ts';

const A = 'account-a';
const B = 'account-b';
const reader = { role: 'member', memberships: [{ accountId: A, role: 'read_only' }] } as const;
const full = { role: 'member', memberships: [{ accountId: A, role: 'full' }] } as const;

test('a role in one account is none in another', () => {
  assert.equal(allows(full, 'connections.change', A), true);
  assert.equal(allows(full, 'connections.change', B), false);
  assert.equal(allows(reader, 'records.read', A), true);
  assert.equal(allows(reader, 'records.read', B), false);
  assert.equal(allows(reader, 'connections.change', A), false);
});

test('without an account it says whether there is any', () => {
  assert.equal(allows(reader, 'records.read'), true);
  assert.equal(allows({ role: 'developer', memberships: [] }, 'records.read'), false);
});

test('what belongs to no account is an owner’s', () => {
  assert.equal(allows(full, 'jobs.read', ''), false);
  assert.equal(allows({ role: 'owner', memberships: [] }, 'jobs.read', ''), true);
});

test('whoever only reads never holds a permission that changes', () => {
  const lookers = [{ role: 'developer_read_only', memberships: [] } as const, reader];
  for (const permission of Object.keys(PERMISSIONS).filter(isPermission)) {
    if (permission.endsWith('.read')) continue;
    for (const looker of lookers) assert.equal(allows(looker, permission, A), false, permission);
  }
});

test('an owner sees every account, others their own', () => {
  assert.equal(visibleAccounts({ role: 'owner', memberships: [] }), null);
  assert.deepEqual(visibleAccounts(full), [A]);
});

function isPermission(key: string): key is keyof typeof PERMISSIONS {
  return Object.hasOwn(PERMISSIONS, key);
}
