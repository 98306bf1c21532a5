import type { QueueStats, Queues } from '@middle/cloud/ports/queue.ts';
import { allows, visibleAccounts } from '@middle/core/permissions.ts';
import type { Access } from '@middle/core/permissions.ts';
import { accountsOfApps } from '@middle/store/connections.ts';
import type { Database } from '@middle/store/database.ts';

export interface QueueDepth extends QueueStats {
  readonly appKey: string;
}

/** An app's queue, and the accounts that have a connection of the app. */
export interface AppQueue {
  readonly depth: QueueDepth;
  readonly accounts: readonly string[];
}

export async function appQueues(deps: {
  readonly database: Database;
  readonly queues: Queues;
}): Promise<readonly AppQueue[]> {
  const [keys, accounts] = await Promise.all([deps.queues.list(), accountsOfApps(deps.database)]);
  return Promise.all(
    [...keys].sort().map(async (appKey) => ({
      depth: { appKey, ...(await deps.queues.open(appKey).stats()) },
      accounts: accounts.get(appKey) ?? [],
    })),
  );
}

/** Who may not see every queue sees those of the apps that an account of theirs is connected to. */
export function depthsFor(access: Access, queues: readonly AppQueue[]): readonly QueueDepth[] {
  const visible = allows(access, 'all_queues.read') ? null : visibleAccounts(access);
  return queues
    .filter(({ accounts }) => visible === null || accounts.some((account) => visible.includes(account)))
    .map(({ depth }) => depth);
}
