import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Queryable } from '@middle/store/database.ts';

export interface Seed {
  readonly appId: string;
  readonly appKey: string;
  readonly connectionId: string;
  readonly recordSet: number;
}

/** A connection with one record set, as the API would have made them; needs the owner's rights. */
export async function seedRecordSet(db: Queryable): Promise<Seed> {
  const key = `a${randomUUID().slice(0, 8)}`;
  const { rows } = await db.query<Seed>(sql`
    with account as (insert into middle.account (key, name) values (${key}, 'Test') returning id),
    app as (insert into middle.app (key, name) values (${key}, 'Test') returning id),
    version as (
      insert into middle.app_version (app_id, version, manifest, digest, pushed_by)
      select id, '1', '{}', '', 'test' from app returning id
    ),
    connection as (
      insert into middle.connection (account_id, app_id, app_version_id, name)
      select account.id, app.id, version.id, 'Test' from account, app, version returning id, app_id
    ),
    added as (
      insert into middle.record_set (connection_id, record_type, definition)
      select id, 'thing', '{"key": "thing", "title": "Thing", "attributes": []}' from connection returning id, connection_id
    )
    select connection.app_id as "appId", ${key} as "appKey", added.connection_id as "connectionId", added.id as "recordSet"
    from added, connection`);
  const [seed] = rows;
  if (seed === undefined) throw new Error('the seed was not planted');
  await db.query(sql`select middle.add_record_set_partition(${seed.recordSet})`);
  return seed;
}

/** Stores records and their change as the intake does, in the caller's transaction or statement by statement. */
export async function storeRecords(
  db: Queryable,
  recordSet: number,
  records: readonly { readonly id: string; readonly data: Readonly<Record<string, unknown>> }[],
): Promise<void> {
  const ids = records.map(({ id }) => id);
  await db.query(sql`
    insert into middle.record as r (record_set_id, id, digest, data, origin_started_at, origin_sequence, invocation_id, created_at, updated_at)
    select ${recordSet}, id, '\\x00', data::jsonb, now(), 1, uuidv7(), now(), now()
    from unnest(${ids}::text[], ${records.map(({ data }) => JSON.stringify(data))}::text[]) as given (id, data)
    on conflict (record_set_id, id) do update set
      version = r.version + 1, data = excluded.data, updated_at = now(), deleted_at = null`);
  await addChange(db, recordSet, { updated: ids });
}

export async function markRecordsDeleted(
  db: Queryable,
  recordSet: number,
  ids: readonly string[],
): Promise<void> {
  await db.query(sql`
    update middle.record set deleted_at = now(), version = version + 1 where record_set_id = ${recordSet} and id = any(${ids})`);
  await addChange(db, recordSet, { deleted: ids });
}

export async function addChange(
  db: Queryable,
  recordSet: number,
  change: { readonly updated?: readonly string[]; readonly deleted?: readonly string[] },
): Promise<void> {
  await db.query(sql`
    insert into middle.change_batch (record_set_id, invocation_id, created_ids, updated_ids, deleted_ids)
    values (${recordSet}, uuidv7(), '{}', ${change.updated ?? []}, ${change.deleted ?? []})`);
  await db.query(sql`select pg_notify('middle_change', '')`);
}
