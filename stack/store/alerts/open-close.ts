import sql from 'sql-template-tag';
import type { AlertKind } from '@middle/core/alert/kinds.ts';
import type { Queryable } from '../database.ts';

/** One that opens again so soon after it was over is still the same: who heard of it is not told anew at once. */
const SAME_MINUTES = 30;

export interface RaisedAlert {
  readonly kind: AlertKind;
  /** Such as connection:ID or record_set:ID. */
  readonly subject: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Absent: of the stack as a whole. */
  readonly accountId?: string | null;
  readonly occurrences?: number;
  /** When it began. Default: now. */
  readonly since?: Date;
  /** Default: the database's time. */
  readonly now?: Date;
}

/**
 * Raises an alert, or says that an open one is still so; none of a kind whose rule is switched off.
 * @returns true when it was not open
 */
export async function raiseAlert(db: Queryable, alert: RaisedAlert): Promise<boolean> {
  const now = sql`coalesce(${alert.now ?? null}::timestamptz, now())`;
  const occurrences = alert.occurrences ?? 1;
  const { kind, subject, message } = alert;
  const data = JSON.stringify(alert.data);
  const off = await db.query(sql`
    select from middle.alert_rule
    where account_id is not distinct from ${alert.accountId ?? null}::uuid and kind = ${kind} and not enabled`);
  if (off.rowCount !== 0) {
    await clearAlert(db, kind, subject, alert.now);
    return false;
  }
  const still = await db.query(sql`
    update middle.alert set message = ${message}, data = ${data}::jsonb, seen_at = ${now}, occurrences = ${occurrences}
    where kind = ${kind} and subject = ${subject} and cleared_at is null`);
  if (still.rowCount === 1) return false;
  const again = await db.query(sql`
    update middle.alert set message = ${message}, data = ${data}::jsonb, seen_at = ${now}, cleared_at = null,
      occurrences = ${occurrences}
    where id = (
      select id from middle.alert where kind = ${kind} and subject = ${subject}
        and cleared_at > ${now} - make_interval(mins => ${SAME_MINUTES}) order by id desc limit 1)`);
  if (again.rowCount === 1) return true;
  const { rowCount } = await db.query(sql`
    insert into middle.alert (kind, subject, account_id, message, data, occurrences, raised_at, seen_at)
    values (${kind}, ${subject}, ${alert.accountId ?? null}, ${message}, ${data}::jsonb, ${occurrences},
      coalesce(${alert.since ?? null}::timestamptz, ${now}), ${now})
    on conflict (kind, subject) where cleared_at is null do nothing`);
  return rowCount === 1;
}

/** True when one was open. Nobody needs to look after it any more, also when it comes again. */
export async function clearAlert(
  db: Queryable,
  kind: AlertKind,
  subject: string,
  now: Date | null = null,
): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.alert set cleared_at = coalesce(${now}::timestamptz, now()), acknowledged_at = null,
      acknowledged_by = null, snoozed_until = null
    where kind = ${kind} and subject = ${subject} and cleared_at is null`);
  return rowCount === 1;
}

export interface OpenAlert {
  readonly kind: AlertKind;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export async function openAlerts(db: Queryable, kinds: readonly AlertKind[]): Promise<readonly OpenAlert[]> {
  const { rows } = await db.query<OpenAlert>(sql`
    select kind, subject, data from middle.alert where cleared_at is null and kind = any(${kinds})`);
  return rows;
}

export async function deleteClearedAlerts(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(sql`delete from middle.alert where cleared_at < ${before}`);
  return rowCount ?? 0;
}
