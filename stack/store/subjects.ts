import sql from 'sql-template-tag';
import type { Sql } from 'sql-template-tag';
import type { Queryable } from './database.ts';

/**
 * What a path can name that belongs to an account, and how to find that account. Null: there is no such thing. Empty:
 * it belongs to the stack as a whole.
 */
export const ACCOUNT_OF = {
  accountId: lookUp(
    (ref) =>
      sql`select a.id::text as account from middle.account a where a.id::text = ${ref} or a.key = ${ref}`,
  ),
  connectionId: lookUp(
    (id) => sql`select c.account_id::text as account from middle.connection c where c.id = ${id}`,
  ),
  syncId: lookUp(
    (id) => sql`
      select c.account_id::text as account from middle.sync s
      join middle.record_set rs on rs.id = s.record_set_id join middle.connection c on c.id = rs.connection_id
      where s.id = ${id}`,
  ),
  runId: lookUp(
    (id) => sql`
      select c.account_id::text as account from middle.sync_run r join middle.connection c on c.id = r.connection_id
      where r.id = ${id}`,
  ),
  invocationId: lookUp(
    (id) => sql`
      select c.account_id::text as account from middle.invocation i join middle.connection c on c.id = i.connection_id
      where i.id = ${id}`,
  ),
  invalidRecordId: lookUp(
    (id) => sql`
      select c.account_id::text as account from middle.invalid_record i
      join middle.connection c on c.id = i.connection_id
      where i.id = ${id}`,
  ),
  alertId: lookUp(
    (id) => sql`select coalesce(l.account_id::text, '') as account from middle.alert l where l.id = ${id}`,
  ),
  alertChannelId: lookUp(
    (id) =>
      sql`select coalesce(c.account_id::text, '') as account from middle.alert_channel c where c.id = ${id}`,
  ),
  apiKeyId: lookUp(
    (id) => sql`select k.account_id::text as account from middle.api_key k where k.id = ${id}`,
  ),
  workflowId: lookUp(
    (id) => sql`
      select w.account_id::text as account from middle.workflow w where w.id = ${id} and w.deleted_at is null`,
  ),
  triggerId: lookUp(
    (id) => sql`
      select w.account_id::text as account from middle.trigger t join middle.workflow w on w.id = t.workflow_id
      where t.id = ${id} and w.deleted_at is null`,
  ),
  executionId: lookUp(
    (id) => sql`
      select account_id::text as account from middle.execution_open where id = ${id}
      union all select account_id::text from middle.execution where id = ${id} limit 1`,
  ),
  jobId: lookUp(
    (id) => sql`select coalesce(j.input ->> 'accountId', '') as account from middle.job j where j.id = ${id}`,
  ),
} as const;

export type SubjectParam = keyof typeof ACCOUNT_OF;

function lookUp(statement: (id: string) => Sql): (db: Queryable, id: string) => Promise<string | null> {
  return async (db, id) => {
    const { rows } = await db.query<{ account: string }>(statement(id));
    return rows[0]?.account ?? null;
  };
}
