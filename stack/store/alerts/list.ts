import sql, { join } from 'sql-template-tag';
import type { AlertKind } from '@middle/core/alert/kinds.ts';
import type { Queryable } from '../database.ts';

/** An alert as people see it. */
export interface AlertView {
  readonly id: string;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly accountId: string | null;
  readonly accountKey: string | null;
  readonly accountName: string | null;
  /** Of the workflow, sync, connection or app that it is about. */
  readonly name: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurrences: number;
  readonly raisedAt: Date;
  readonly seenAt: Date;
  readonly clearedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly snoozedUntil: Date | null;
}

export const ALERT_VIEW = sql`
  select l.id, l.kind, l.subject, l.account_id as "accountId", a.key as "accountKey", a.name as "accountName",
    coalesce(l.data ->> 'name', case split_part(l.subject, ':', 1)
      when 'connection' then (select c.name from middle.connection c where c.id = split_part(l.subject, ':', 2)::uuid)
      when 'workflow' then (select w.name from middle.workflow w where w.id = split_part(l.subject, ':', 2)::uuid)
      when 'app' then (select p.name from middle.app p where p.id = split_part(l.subject, ':', 2)::uuid)
      when 'record_set' then (
        select c.name || ', ' || s.record_type from middle.record_set s join middle.connection c on c.id = s.connection_id
        where s.id = split_part(l.subject, ':', 2)::integer)
    end, l.subject) as name,
    l.message, l.data, l.occurrences::double precision as occurrences, l.raised_at as "raisedAt", l.seen_at as "seenAt",
    l.cleared_at as "clearedAt", l.acknowledged_at as "acknowledgedAt", l.acknowledged_by as "acknowledgedBy",
    l.snoozed_until as "snoozedUntil"
  from middle.alert l left join middle.account a on a.id = l.account_id`;

export interface AlertFilter {
  /** Null: of the stack and of every account. */
  readonly accounts: readonly string[] | null;
  readonly state: 'open' | 'resolved' | 'all';
  readonly kind?: AlertKind | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Newest first; `after` is the id of the last one of the page before. */
export async function listAlerts(db: Queryable, filter: AlertFilter): Promise<readonly AlertView[]> {
  const conditions = [
    sql`true`,
    ...(filter.accounts === null ? [] : [sql`l.account_id = any(${filter.accounts}::uuid[])`]),
    ...(filter.state === 'open' ? [sql`l.cleared_at is null`] : []),
    ...(filter.state === 'resolved' ? [sql`l.cleared_at is not null`] : []),
    ...(filter.kind === undefined ? [] : [sql`l.kind = ${filter.kind}`]),
    ...(filter.after === undefined ? [] : [sql`l.id < ${filter.after}`]),
  ];
  const { rows } = await db.query<AlertView>(
    sql`${ALERT_VIEW} where ${join(conditions, ' and ')} order by l.id desc limit ${filter.limit}`,
  );
  return rows;
}

export async function getAlert(db: Queryable, id: string): Promise<AlertView | null> {
  const { rows } = await db.query<AlertView>(sql`${ALERT_VIEW} where l.id = ${id}`);
  return rows[0] ?? null;
}

/** Who looks after it, and until when it is quiet. Undefined: as it was. */
export async function attendAlert(
  db: Queryable,
  id: string,
  change: {
    readonly acknowledged?: { readonly by: string; readonly at: Date } | null | undefined;
    readonly snoozedUntil?: string | null | undefined;
  },
): Promise<void> {
  const sets = [
    ...(change.acknowledged === undefined
      ? []
      : [
          sql`acknowledged_at = ${change.acknowledged?.at ?? null}`,
          sql`acknowledged_by = ${change.acknowledged?.by ?? null}`,
        ]),
    ...(change.snoozedUntil === undefined ? [] : [sql`snoozed_until = ${change.snoozedUntil}`]),
  ];
  if (sets.length > 0) await db.query(sql`update middle.alert set ${join(sets)} where id = ${id}`);
}
