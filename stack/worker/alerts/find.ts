import { ALERT_KINDS } from '@middle/core/alert/kinds.ts';
import type { AlertKind } from '@middle/core/alert/kinds.ts';
import { plain, withoutSecrets } from '@middle/core/alert/words.ts';
import type { MachineStatus } from '@middle/cloud/ports/machine.ts';
import type { QueueStats } from '@middle/cloud/ports/queue.ts';
import type { Queryable } from '@middle/store/database.ts';
import {
  appsByKey,
  deadRequests,
  failingSyncs,
  failingWorkflows,
  needyConnections,
  waitingAccounts,
} from '@middle/store/alerts/look.ts';
import type { FailingWorkflow } from '@middle/store/alerts/look.ts';
import type { OpenAlert, RaisedAlert } from '@middle/store/alerts/open-close.ts';
import type { AlertRules } from '@middle/store/alerts/rules.ts';
import { machineFindings } from './machine.ts';

/** Something that is wrong now. */
export type Finding = Omit<RaisedAlert, 'now'>;

/** What is looked for here; the balance and the search index raise their own. */
export const FOUND_KINDS = [
  'workflow_failing',
  'sync_failing',
  'connection_attention',
  'executions_waiting',
  'webhooks_dead',
  'queue_age',
  'dead_letters',
  'backup_failing',
  'backup_unverified',
  'database_damaged',
  'disk_low',
] as const satisfies readonly AlertKind[];

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** After a failure and a later success, a workflow has to be without failures for so long. */
const QUIET = 15 * MINUTE;
const ERROR_MOST = 300;

interface Look {
  readonly db: Queryable;
  readonly rules: AlertRules;
  readonly now: Date;
}

interface Given extends Look {
  /** Null when nobody tells: then what was found of it before stays as it is. */
  readonly machine: MachineStatus | null;
  readonly queues: ReadonlyMap<string, QueueStats>;
  readonly open: readonly OpenAlert[];
}

/** Everything that is wrong by the rules of the accounts and of the stack. */
export async function findAll(given: Given): Promise<readonly Finding[]> {
  return [
    ...(await workflows(given)),
    ...(await syncs(given)),
    ...(await connections(given)),
    ...(await waiting(given)),
    ...(await webhooks(given)),
    ...(await appQueues(given)),
    ...(await machineFindings(given)),
  ];
}

async function workflows({ db, rules, now, open }: Given): Promise<readonly Finding[]> {
  const found = await failingWorkflows(db, {
    now,
    after: new Date(now.getTime() - DAY),
    usualMinutes: ALERT_KINDS.workflow_failing.thresholds.minutes.default,
  });
  const bases = new Map(
    open
      .filter(({ kind }) => kind === 'workflow_failing')
      .map(({ subject, data }) => [subject, data['before']]),
  );
  return found.flatMap((one): Finding[] => {
    const rule = rules.of(one.accountId, 'workflow_failing');
    const subject = `workflow:${one.workflowId}`;
    const wasOpen = bases.has(subject);
    if (!rule.enabled || !one.isOn) return [];
    if (wasOpen ? isQuiet(one, now) : one.lately < (rule.thresholds['failures'] ?? 1)) return [];
    // What failed before the alert is not counted in it.
    const known = bases.get(subject);
    const before = typeof known === 'number' ? known : one.failures - one.lately;
    const { workflowId, executionId, name } = one;
    return [
      {
        kind: 'workflow_failing',
        subject,
        accountId: one.accountId,
        message: `${times(one.failures - before, 'execution')} failed${lastError(one.error)}`,
        data: { name, workflowId, executionId, before, errorCode: one.error?.code ?? null },
        occurrences: Math.max(1, one.failures - before),
        since: one.since ?? one.failedAt,
      },
    ];
  });
}

/** It works again, or nothing has happened for a day. */
function isQuiet({ failedAt, succeededAt }: FailingWorkflow, now: Date): boolean {
  const age = now.getTime() - failedAt.getTime();
  return age >= DAY || (age >= QUIET && succeededAt !== null && succeededAt > failedAt);
}

async function syncs({ db, rules }: Look): Promise<readonly Finding[]> {
  const found = await failingSyncs(db);
  return found.flatMap((one): Finding[] => {
    const rule = rules.of(one.accountId, 'sync_failing');
    if (!rule.enabled || one.failures < (rule.thresholds['failures'] ?? 1)) return [];
    const { syncId, connectionId, runId, recordType, kind } = one;
    return [
      {
        kind: 'sync_failing',
        subject: `sync:${syncId}`,
        accountId: one.accountId,
        message: `${times(one.failures, 'run')} in a row failed${lastError(one.error)}`,
        data: { name: `${one.connectionName}, ${recordType} (${kind})`, syncId, connectionId, runId },
        occurrences: one.failures,
        since: one.since,
      },
    ];
  });
}

async function connections({ db, rules, now }: Look): Promise<readonly Finding[]> {
  const found = await needyConnections(db);
  return found.flatMap(({ connectionId, name, accountId, attention, since }): Finding[] => {
    const rule = rules.of(accountId, 'connection_attention');
    const age = now.getTime() - (since ?? now).getTime();
    if (!rule.enabled || age < (rule.thresholds['minutes'] ?? 0) * MINUTE) return [];
    return [
      {
        kind: 'connection_attention',
        subject: `connection:${connectionId}`,
        accountId,
        message: told(attention),
        data: { name, connectionId },
        ...(since === null ? {} : { since }),
      },
    ];
  });
}

async function waiting({ db, rules, now }: Look): Promise<readonly Finding[]> {
  const found = await waitingAccounts(db, now);
  return found.flatMap(({ accountId, accountKey, name, oldestAt }): Finding[] => {
    const rule = rules.of(accountId, 'executions_waiting');
    const minutes = (now.getTime() - oldestAt.getTime()) / MINUTE;
    if (!rule.enabled || minutes < (rule.thresholds['minutes'] ?? 1)) return [];
    return [
      {
        kind: 'executions_waiting',
        subject: `account:${accountId}`,
        accountId,
        message: `the oldest has waited ${Math.floor(minutes)} minutes for its turn`,
        data: { name, accountKey },
        since: oldestAt,
      },
    ];
  });
}

async function webhooks({ db, rules }: Look): Promise<readonly Finding[]> {
  const found = await deadRequests(db);
  return found.flatMap(({ connectionId, name, accountId, requests, since, error }): Finding[] => {
    const rule = rules.of(accountId, 'webhooks_dead');
    if (!rule.enabled || requests < (rule.thresholds['requests'] ?? 1)) return [];
    return [
      {
        kind: 'webhooks_dead',
        subject: `connection:${connectionId}`,
        accountId,
        message: `${times(requests, 'request')} ${requests === 1 ? 'was' : 'were'} given up${lastError(error)}`,
        data: { name, connectionId },
        occurrences: requests,
        ...(since === null ? {} : { since }),
      },
    ];
  });
}

async function appQueues({ db, rules, now, queues }: Given): Promise<readonly Finding[]> {
  const apps = await appsByKey(db);
  const age = rules.of(null, 'queue_age');
  const dead = rules.of(null, 'dead_letters');
  return [...queues].flatMap(([key, stats]): Finding[] => {
    const app = apps.get(key);
    const subject = `app:${app?.id ?? key}`;
    const data = { name: app?.name ?? key, app: key };
    const seconds = stats.oldestAgeSeconds ?? 0;
    const isOld = age.enabled && seconds >= (age.thresholds['minutes'] ?? 1) * 60;
    const isDead = dead.enabled && stats.dead >= (dead.thresholds['messages'] ?? 1);
    return [
      ...(isOld
        ? [
            {
              kind: 'queue_age' as const,
              subject,
              message: `the oldest of ${times(stats.visible + stats.inFlight, 'message')} has waited ${Math.floor(seconds / 60)} minutes`,
              data,
              since: new Date(now.getTime() - seconds * 1_000),
            },
          ]
        : []),
      ...(isDead
        ? [
            {
              kind: 'dead_letters' as const,
              subject,
              message: `${times(stats.dead, 'message')} could not be processed and ${stats.dead === 1 ? 'is' : 'are'} kept as dead letters`,
              data,
              occurrences: stats.dead,
            },
          ]
        : []),
    ];
  });
}

function lastError(error: { readonly message?: string } | null): string {
  return error?.message === undefined ? '' : `; the last error: ${told(error.message)}`;
}

/** A text of a function's or an outside system's, as it may be shown and sent. */
function told(text: string): string {
  return plain(withoutSecrets(text), ERROR_MOST);
}

function times(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
