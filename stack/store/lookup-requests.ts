import type pg from 'pg';
import sql from 'sql-template-tag';
import type { Queryable } from './database.ts';

/** How long a foreign key may wait for its record to arrive by itself, such as later in the same transfer. */
export const LOOKUP_GRACE_SECONDS = 20;

/** The record sets of a connection that have a lookup sync switched on, by record type. */
export async function lookupTargets(
  db: Queryable,
  connectionId: string,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ recordType: string; id: number }>(sql`
    select rs.record_type as "recordType", rs.id
    from middle.record_set rs join middle.sync s on s.record_set_id = rs.id
    where rs.connection_id = ${connectionId} and s.kind = 'lookup' and s.enabled`);
  return new Map(rows.map(({ recordType, id }) => [recordType, id]));
}

/** Which of these ids the record set does not hold. */
export async function missingIds(
  client: pg.PoolClient,
  recordSetId: number,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(sql`
    select wanted.id from unnest(${ids}::text[]) as wanted (id)
    where not exists (select from middle.record r where r.record_set_id = ${recordSetId} and r.id = wanted.id)`);
  return rows.map(({ id }) => id);
}

/** One lookup for each missing record, however many name it. Ids are sorted, so that two writers don't deadlock. */
export async function requestLookups(
  client: pg.PoolClient,
  recordSetId: number,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await client.query(sql`
    insert into middle.lookup_request (record_set_id, record_id, next_at)
    select ${recordSetId}, id, now() + make_interval(secs => ${LOOKUP_GRACE_SECONDS})
    from unnest(${[...ids].sort()}::text[]) as wanted (id)
    on conflict do nothing`);
}
