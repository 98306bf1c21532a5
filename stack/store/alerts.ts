import sql, { empty } from 'sql-template-tag';
import type { Queryable } from './database.ts';

export type AlertKind = 'balance_difference' | 'search_drift';

export interface Alert {
  readonly id: string;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly raisedAt: Date;
  readonly seenAt: Date;
  readonly clearedAt: Date | null;
}

/** Raises an alert, or says that an open one is still so. True when it is new. */
export async function raiseAlert(
  db: Queryable,
  alert: Pick<Alert, 'kind' | 'subject' | 'message' | 'data'>,
): Promise<boolean> {
  const { rows } = await db.query<{ added: boolean }>(sql`
    insert into middle.alert (kind, subject, message, data)
    values (${alert.kind}, ${alert.subject}, ${alert.message}, ${JSON.stringify(alert.data)}::jsonb)
    on conflict (kind, subject) where cleared_at is null
    do update set message = excluded.message, data = excluded.data, seen_at = now()
    returning raised_at = seen_at as added`);
  return rows[0]?.added ?? false;
}

/** True when one was open. */
export async function clearAlert(db: Queryable, kind: AlertKind, subject: string): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.alert set cleared_at = now() where kind = ${kind} and subject = ${subject} and cleared_at is null`);
  return rowCount === 1;
}

/** The open ones, or all with those cleared; newest first. */
export async function listAlerts(
  db: Queryable,
  page: { readonly open: boolean; readonly limit: number },
): Promise<readonly Alert[]> {
  const { rows } = await db.query<Alert>(sql`
    select id, kind, subject, message, data, raised_at as "raisedAt", seen_at as "seenAt", cleared_at as "clearedAt"
    from middle.alert ${page.open ? sql`where cleared_at is null` : empty} order by id desc limit ${page.limit}`);
  return rows;
}

export async function deleteClearedAlerts(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(sql`delete from middle.alert where cleared_at < ${before}`);
  return rowCount ?? 0;
}
