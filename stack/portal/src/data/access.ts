import { PERMISSIONS, allows } from '@middle/core/permissions.ts';
import type { Permission } from '@middle/core/permissions.ts';
import { useApi } from './api.ts';
import type { Me } from './types.ts';

/** Who is signed in. The shell renders pages only once this is known. */
export function useMe(): Me {
  const { data } = useApi('getMe', undefined);
  return data ?? NOBODY;
}

const NOBODY: Me = {
  id: '',
  kind: 'person',
  name: '',
  email: null,
  role: 'member',
  memberships: [],
  permissions: [],
  hasPassword: false,
  secondFactor: false,
};

/** Null when it may be done, else why not, in words for a tooltip. The API enforces the same table. */
export function useReason(permission: Permission, accountId?: string): string | null {
  return reasonFor(useMe(), permission, accountId);
}

export function reasonFor(me: Me, permission: Permission, accountId?: string): string | null {
  if (allows(me, permission, accountId)) return null;
  const rule = PERMISSIONS[permission];
  if (rule.scope === 'account') {
    const member = me.memberships.some((membership) => membership.accountId === accountId);
    return member
      ? 'Your access to this account is read-only. An owner can give you full access.'
      : 'You are not a member of this account. An owner can add you.';
  }
  const roles: readonly string[] = rule.roles;
  return roles.includes('developer')
    ? 'Only owners and app developers can do this.'
    : 'Only owners of this stack can do this.';
}
