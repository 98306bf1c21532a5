import sql, { empty } from 'sql-template-tag';
import type { Queryable } from './database.ts';

export interface Actor {
  /** `person:ID`, `cli`, `worker` or `system`. */
  readonly actor: string;
  readonly actorName: string;
  readonly requestId: string | null;
}

export interface Change {
  /** `noun.verb`, such as `account.update`. */
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly accountId?: string | null;
  /** What changed, before and after. Never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface AuditEvent extends Actor, Required<Change> {
  readonly id: string;
  readonly at: Date;
}

/** To be called in the transaction of the change itself. */
export async function addAuditEvent(db: Queryable, actor: Actor, change: Change): Promise<void> {
  await db.query(sql`
    insert into middle.audit_event (actor, actor_name, action, subject_kind, subject_id, account_id, detail, request_id)
    values (${actor.actor}, ${actor.actorName}, ${change.action}, ${change.subjectKind}, ${change.subjectId},
      ${change.accountId ?? null}, ${JSON.stringify(change.detail ?? {})}, ${actor.requestId})`);
}

export interface AuditFilter {
  readonly accountId?: string | undefined;
  readonly actor?: string | undefined;
  readonly subjectKind?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Newest first; `after` is the id of the last event of the page before. */
export async function listAuditEvents(db: Queryable, filter: AuditFilter): Promise<readonly AuditEvent[]> {
  const { rows } = await db.query<AuditEvent>(sql`
    select id, uuid_extract_timestamp(id) as at, actor, actor_name as "actorName", action, subject_kind as "subjectKind",
      subject_id as "subjectId", account_id as "accountId", detail, request_id as "requestId"
    from middle.audit_event where true
      ${filter.accountId === undefined ? empty : sql`and account_id = ${filter.accountId}`}
      ${filter.actor === undefined ? empty : sql`and actor = ${filter.actor}`}
      ${filter.subjectKind === undefined ? empty : sql`and subject_kind = ${filter.subjectKind}`}
      ${filter.subjectId === undefined ? empty : sql`and subject_id = ${filter.subjectId}`}
      ${filter.after === undefined ? empty : sql`and id < ${filter.after}`}
    order by id desc limit ${filter.limit}`);
  return rows;
}
