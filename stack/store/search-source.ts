import sql from 'sql-template-tag';
import type { Queryable } from './database.ts';

/** What the search index takes from a record. */
export interface IndexableRecord {
  readonly id: string;
  readonly version: number;
  readonly updatedAt: Date;
  /** JSON text, as the index takes it. */
  readonly data: string;
  readonly deleted: boolean;
}

export async function readIndexable(
  db: Queryable,
  recordSet: number,
  ids: readonly string[],
): Promise<IndexableRecord[]> {
  const { rows } = await db.query<IndexableRecord>(sql`
    select id, version, updated_at as "updatedAt", data::text as data, deleted_at is not null as deleted
    from middle.record where record_set_id = ${recordSet} and id = any(${ids})`);
  return rows;
}

/** A page of the live records of a set, in the order of ids. */
export async function pageIndexable(
  db: Queryable,
  recordSet: number,
  after: string,
  limit: number,
): Promise<IndexableRecord[]> {
  const { rows } = await db.query<IndexableRecord>(sql`
    select id, version, updated_at as "updatedAt", data::text as data, false as deleted
    from middle.record where record_set_id = ${recordSet} and id > ${after} and deleted_at is null
    order by id limit ${limit}`);
  return rows;
}

export interface RecordVersionNumber {
  readonly id: string;
  readonly version: number;
  /** Changed so lately that the index may not have it yet. */
  readonly fresh: boolean;
}

/** (id, version) of the live records of a set, in the order of ids, for the self-check of the index. */
export async function pageVersions(
  db: Queryable,
  recordSet: number,
  after: string,
  limit: number,
): Promise<RecordVersionNumber[]> {
  const { rows } = await db.query<RecordVersionNumber>(sql`
    select id, version, updated_at > now() - interval '10 seconds' as fresh
    from middle.record where record_set_id = ${recordSet} and id > ${after} and deleted_at is null
    order by id limit ${limit}`);
  return rows;
}

/** Of these ids, those whose record was marked deleted within the last seconds. */
export async function freshlyDeleted(
  db: Queryable,
  recordSet: number,
  ids: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(sql`
    select id from middle.record
    where record_set_id = ${recordSet} and id = any(${ids}) and deleted_at > now() - interval '10 seconds'`);
  return new Set(rows.map(({ id }) => id));
}

export async function listRecordSetIds(db: Queryable): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(sql`select id from middle.record_set order by id`);
  return rows.map(({ id }) => id);
}
