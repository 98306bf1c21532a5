import type { StackRole } from '@middle/core/permissions.ts';

export const ROLE_TITLES: Readonly<Record<StackRole, string>> = {
  owner: 'Owner',
  developer: 'App developer',
  developer_read_only: 'Developer, read-only',
  member: 'Account user',
};

export const ROLE_TEXTS: Readonly<Record<StackRole, string>> = {
  owner: 'May do everything, in every account.',
  developer: 'May push and change apps, and sees queues and health. Accounts are given below.',
  developer_read_only: 'May look at apps, queues and health. Accounts are given below.',
  member: 'Works in the accounts given below.',
};
