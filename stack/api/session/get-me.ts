import { getMe as endpoint } from '@middle/contract/session/get-me.ts';
import { handler } from '../call.ts';
import { meOf, permissionsOf } from './answer.ts';

export const getMe = handler(endpoint, async ({ deps, caller }) => {
  if (caller.personId !== null) return meOf(deps.database, caller.personId);
  return {
    id: 'cli',
    kind: 'cli' as const,
    name: 'cli',
    email: null,
    role: caller.access.role,
    memberships: [],
    permissions: permissionsOf(caller.access),
    hasPassword: false,
    secondFactor: false,
  };
});
