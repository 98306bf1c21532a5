import type { QueueStats } from '@middle/cloud/ports/queue.ts';
import type { AlertKind } from '@middle/core/alert/kinds.ts';
import { messageOf } from '@middle/core/errors.ts';
import { clearAlert, openAlerts, raiseAlert } from '@middle/store/alerts/open-close.ts';
import { holdAlerts } from '@middle/store/alerts/messages.ts';
import { readRules } from '@middle/store/alerts/rules.ts';
import type { AlertDeps } from './deps.ts';
import { findAll, FOUND_KINDS } from './find.ts';
import { tellChannels } from './tell.ts';

const OF_THE_MACHINE: ReadonlySet<string> = new Set<AlertKind>([
  'backup_failing',
  'backup_unverified',
  'disk_low',
]);
/** Raised and cleared by whoever finds them; here only when their rule is switched off. */
const OTHERS_KINDS = ['balance_difference', 'search_drift'] as const;

/**
 * Looks at what is wrong, raises what is new, clears what is over, and writes what is to be told of it: one transaction,
 * so whoever dies in between has done nothing, and one process at a time.
 * @returns false: another process is at it
 */
export async function lookOnce(deps: AlertDeps): Promise<boolean> {
  const { database, clock, log } = deps;
  // Of another store perhaps, so not asked within the transaction.
  const [queues, machine] = await Promise.all([queueStats(deps), deps.machine.status()]);
  return database.transaction(async (client) => {
    if (!(await holdAlerts(client))) return false;
    const now = clock.now();
    const open = await openAlerts(client, FOUND_KINDS);
    const rules = await readRules(client);
    const found = await findAll({ db: client, rules, now, queues, machine, open });
    for (const finding of found) {
      if (await raiseAlert(client, { ...finding, now })) {
        const { kind, subject, message } = finding;
        log({ level: 'warn', code: 'alert.raised', message: `${kind} of ${subject}: ${message}` });
      }
    }
    const still = new Set(found.map(({ kind, subject }) => `${kind} ${subject}`));
    for (const { kind, subject } of open) {
      if (still.has(`${kind} ${subject}`)) continue;
      // Nobody tells how it is now.
      if (machine === null && OF_THE_MACHINE.has(kind)) continue;
      await clearAlert(client, kind, subject, now);
      log({ level: 'info', code: 'alert.cleared', message: `${kind} of ${subject} is over` });
    }
    for (const { kind, subject } of await openAlerts(client, OTHERS_KINDS)) {
      if (!rules.of(null, kind).enabled) await clearAlert(client, kind, subject, now);
    }
    await tellChannels(client, now);
    return true;
  });
}

async function queueStats({ queues, log }: AlertDeps): Promise<ReadonlyMap<string, QueueStats>> {
  const stats = new Map<string, QueueStats>();
  for (const key of await queues.list()) {
    try {
      stats.set(key, await queues.open(key).stats());
    } catch (error) {
      log({ level: 'warn', code: 'alert.queue_unseen', message: `${key}: ${messageOf(error)}` });
    }
  }
  return stats;
}
