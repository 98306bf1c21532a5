import type { MachineStatus } from '@middle/cloud/ports/machine.ts';
import { damagedPages } from '@middle/store/alerts/look.ts';
import type { AlertRules } from '@middle/store/alerts/rules.ts';
import type { Queryable } from '@middle/store/database.ts';
import type { Finding } from './find.ts';

const MINUTE = 60_000;
const GIGABYTE = 1024 ** 3;
/** The stack as the subject: there is one. */
const SUBJECT = 'stack';
const DATA = { name: 'this stack' };

/** What is wrong with the stack's surroundings: its backups, its disk, its database's files. */
export async function machineFindings({
  db,
  rules,
  now,
  machine,
}: {
  readonly db: Queryable;
  readonly rules: AlertRules;
  readonly now: Date;
  readonly machine: MachineStatus | null;
}): Promise<readonly Finding[]> {
  const found = [
    ...(await damaged(db)),
    ...(machine === null ? [] : [...backups(machine, rules, now), ...disk(machine, rules)]),
  ];
  return found.filter(({ kind }) => rules.of(null, kind).enabled);
}

function backups({ backup }: MachineStatus, rules: AlertRules, now: Date): readonly Finding[] {
  if (backup === null) return [];
  const { state, since, problem, baseProblem, verification } = backup;
  const minutes = rules.of(null, 'backup_failing').thresholds['minutes'] ?? 1;
  const isLate =
    state !== 'current' && state !== 'off' && now.getTime() - Date.parse(since) >= minutes * MINUTE;
  const why = isLate ? (problem ?? `the log has been ${state} for ${minutes} minutes`) : baseProblem;
  return [
    ...(why === null
      ? []
      : [{ kind: 'backup_failing' as const, subject: SUBJECT, message: why, data: DATA }]),
    ...(verification?.passed === false
      ? [{ kind: 'backup_unverified' as const, subject: SUBJECT, message: verification.message, data: DATA }]
      : []),
  ];
}

function disk({ disk: { freeBytes, bytes } }: MachineStatus, rules: AlertRules): readonly Finding[] {
  const percent = (100 * freeBytes) / Math.max(bytes, 1);
  if (percent > (rules.of(null, 'disk_low').thresholds['percent'] ?? 0)) return [];
  const message = `${(freeBytes / GIGABYTE).toFixed(1)} of ${(bytes / GIGABYTE).toFixed(1)} GB are free`;
  return [{ kind: 'disk_low', subject: SUBJECT, message, data: DATA }];
}

async function damaged(db: Queryable): Promise<readonly Finding[]> {
  const { pages, since } = await damagedPages(db);
  if (pages === 0) return [];
  const message = `${pages} ${pages === 1 ? 'read' : 'reads'} of a page with a wrong checksum`;
  return [
    {
      kind: 'database_damaged',
      subject: SUBJECT,
      message,
      data: DATA,
      occurrences: pages,
      ...(since === null ? {} : { since }),
    },
  ];
}
