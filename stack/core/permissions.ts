/**
 * Who may do what: the one table. The API enforces it in one place; the portal reads it to show or explain a button.
 *
 * `stack` permissions ask for a role in the stack. `account` permissions ask for a role in the account that the
 * subject belongs to; an owner has every role everywhere. App code is open to everybody who can sign in.
 */
export const STACK_ROLES = ['owner', 'developer', 'developer_read_only', 'member'] as const;
export type StackRole = (typeof STACK_ROLES)[number];

export const ACCOUNT_ROLES = ['full', 'read_only'] as const;
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

type Rule =
  | { readonly scope: 'stack'; readonly roles: readonly StackRole[] }
  | { readonly scope: 'account'; readonly roles: readonly AccountRole[] };

const OWNERS = { scope: 'stack', roles: ['owner'] } as const;
const DEVELOPERS = { scope: 'stack', roles: ['owner', 'developer'] } as const;
const DEVELOPERS_READING = { scope: 'stack', roles: ['owner', 'developer', 'developer_read_only'] } as const;
const EVERYONE = { scope: 'stack', roles: STACK_ROLES } as const;
const ACCOUNT_READING = { scope: 'account', roles: ACCOUNT_ROLES } as const;
const ACCOUNT_FULL = { scope: 'account', roles: ['full'] } as const;

export const PERMISSIONS = {
  'accounts.read': ACCOUNT_READING,
  'accounts.change': ACCOUNT_FULL,
  'accounts.create': OWNERS,
  'accounts.delete': OWNERS,
  /** Opting in to modules and out of them. */
  'account_modules.read': ACCOUNT_READING,
  'account_modules.change': ACCOUNT_FULL,
  'alerts.read': ACCOUNT_READING,
  'alerts.change': ACCOUNT_FULL,
  'alerts.allow_private_addresses': OWNERS,
  'api_keys.read': ACCOUNT_READING,
  'api_keys.change': ACCOUNT_FULL,
  'apps.read': EVERYONE,
  'apps.change': DEVELOPERS,
  'apps.approve_hosts': OWNERS,
  'app_credentials.read': DEVELOPERS_READING,
  'app_credentials.change': DEVELOPERS,
  'audit.read': OWNERS,
  'balance.read': ACCOUNT_READING,
  'connections.read': ACCOUNT_READING,
  'connections.change': ACCOUNT_FULL,
  'connections.allow_development_hosts': OWNERS,
  'dead_letters.read': DEVELOPERS_READING,
  'dead_letters.change': DEVELOPERS,
  'executions.read': ACCOUNT_READING,
  'executions.change': ACCOUNT_FULL,
  'health.read': DEVELOPERS_READING,
  'invalid_records.read': ACCOUNT_READING,
  'invalid_records.change': ACCOUNT_FULL,
  'invocations.read': ACCOUNT_READING,
  'jobs.read': ACCOUNT_READING,
  'jobs.change': ACCOUNT_FULL,
  'lookups.read': ACCOUNT_READING,
  'lookups.change': ACCOUNT_FULL,
  'modules.read': EVERYONE,
  'modules.change': OWNERS,
  'people.read': OWNERS,
  'people.change': OWNERS,
  /** Of the apps that one's accounts are connected to. */
  'queues.read': EVERYONE,
  /** Of every app, connected or not. */
  'all_queues.read': DEVELOPERS_READING,
  'records.read': ACCOUNT_READING,
  'search_index.read': DEVELOPERS_READING,
  'search_index.change': OWNERS,
  'settings.read': EVERYONE,
  'settings.change': OWNERS,
  /** Alerts of the stack as a whole, and its mail server. */
  'stack_alerts.read': OWNERS,
  'stack_alerts.change': OWNERS,
  'syncs.read': ACCOUNT_READING,
  'syncs.change': ACCOUNT_FULL,
  'syncs.run': ACCOUNT_FULL,
  'triggers.read': ACCOUNT_READING,
  'triggers.change': ACCOUNT_FULL,
  'webhooks.read': ACCOUNT_READING,
  'webhooks.change': ACCOUNT_FULL,
  'workflows.read': ACCOUNT_READING,
  'workflows.change': ACCOUNT_FULL,
  'workflows.start': ACCOUNT_FULL,
} as const satisfies Record<string, Rule>;

export type Permission = keyof typeof PERMISSIONS;

/** What a person may do follows from this alone. */
export interface Access {
  readonly role: StackRole;
  readonly memberships: readonly { readonly accountId: string; readonly role: AccountRole }[];
}

/**
 * Whether `access` gives `permission`, for account permissions in the account `accountId`. Without an account it says
 * whether there is any account in which the permission holds.
 */
export function allows(access: Access, permission: Permission, accountId?: string): boolean {
  const rule: Rule = PERMISSIONS[permission];
  if (rule.scope === 'stack') return rule.roles.includes(access.role);
  if (access.role === 'owner') return true;
  return access.memberships.some(
    (membership) =>
      (accountId === undefined || membership.accountId === accountId) && rule.roles.includes(membership.role),
  );
}

/** The accounts whose data a person sees; null means all of them. */
export function visibleAccounts(access: Access): readonly string[] | null {
  return access.role === 'owner' ? null : access.memberships.map(({ accountId }) => accountId);
}
