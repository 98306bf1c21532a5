import type pg from 'pg';
import sql from 'sql-template-tag';
import type { Problem } from '@middle/core/record.ts';
import type { Queryable } from './database.ts';

/** A record that was set aside, to be checked again. Those that were not JSON stay aside: nothing can make them fit. */
export interface OpenInvalidRecord {
  readonly id: string;
  readonly recordType: string;
  readonly invocationId: string;
  readonly startedAt: Date;
  readonly sequence: string;
  readonly data: unknown;
}

export interface InvalidScope {
  readonly connectionId: string;
  readonly recordType: string | undefined;
}

export async function countOpenInvalid(
  db: Queryable,
  { connectionId, recordType }: InvalidScope,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(sql`
    select count(*)::int as count from middle.invalid_record
    where connection_id = ${connectionId} and state = 'open' and data is not null
      and (${recordType ?? null}::text is null or record_type = ${recordType ?? null})`);
  return rows[0]?.count ?? 0;
}

/** The next page, locked until the transaction ends: a person may dismiss meanwhile. */
export async function lockOpenInvalid(
  client: pg.PoolClient,
  { connectionId, recordType }: InvalidScope,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly OpenInvalidRecord[]> {
  const { rows } = await client.query<OpenInvalidRecord>(sql`
    select id, record_type as "recordType", invocation_id as "invocationId", origin_started_at as "startedAt",
      origin_sequence as sequence, data
    from middle.invalid_record
    where connection_id = ${connectionId} and state = 'open' and data is not null
      and (${recordType ?? null}::text is null or record_type = ${recordType ?? null})
      and (${page.after}::uuid is null or id > ${page.after}::uuid)
    order by id limit ${page.limit} for update`);
  return rows;
}

export async function settleInvalid(client: pg.PoolClient, ids: readonly string[]): Promise<void> {
  await client.query(sql`
    update middle.invalid_record set state = 'reprocessed', settled_at = now() where id = any (${ids}::uuid[])`);
}

/** Keeps the reasons as they are now, for records that still don't fit. */
export async function updateProblems(
  client: pg.PoolClient,
  records: readonly {
    readonly id: string;
    readonly recordSetId: number;
    readonly problems: readonly Problem[];
  }[],
): Promise<void> {
  if (records.length === 0) return;
  await client.query(sql`
    update middle.invalid_record i set problems = r.problems, record_set_id = r.record_set_id
    from unnest(${records.map(({ id }) => id)}::uuid[], ${records.map(({ problems }) => JSON.stringify(problems))}::jsonb[],
      ${records.map(({ recordSetId }) => recordSetId)}::int[]) as r (id, problems, record_set_id)
    where i.id = r.id`);
}
