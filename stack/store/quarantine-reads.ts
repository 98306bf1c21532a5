import sql, { empty } from 'sql-template-tag';
import type { Queryable } from './database.ts';

/** What people see of the quarantine; the intake's own statements are in invalid-records.ts. */
export interface InvalidRecordView {
  readonly id: string;
  readonly connectionId: string;
  readonly recordType: string;
  readonly recordId: string | null;
  readonly invocationId: string;
  readonly runId: string | null;
  readonly data: unknown;
  readonly raw: string | null;
  readonly problems: readonly { readonly path: string; readonly problem: string; readonly value?: unknown }[];
  readonly state: 'open' | 'reprocessed' | 'dismissed';
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

const COLUMNS = sql`i.id, i.connection_id as "connectionId", i.record_type as "recordType", i.record_id as "recordId",
  i.invocation_id as "invocationId", i.sync_run_id as "runId", i.data, i.raw, i.problems, i.state,
  i.created_at as "createdAt", i.settled_at as "settledAt"`;

export async function getInvalidRecord(db: Queryable, id: string): Promise<InvalidRecordView | null> {
  const { rows } = await db.query<InvalidRecordView>(
    sql`select ${COLUMNS} from middle.invalid_record i where i.id = ${id}`,
  );
  return rows[0] ?? null;
}

export interface InvalidFilter {
  readonly visible: readonly string[] | null;
  readonly accountId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly recordType?: string | undefined;
  readonly runId?: string | undefined;
  readonly state?: string | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Newest first; `after` is the id of the last one of the page before. */
export async function listInvalidRecords(
  db: Queryable,
  filter: InvalidFilter,
): Promise<readonly InvalidRecordView[]> {
  const { rows } = await db.query<InvalidRecordView>(sql`
    select ${COLUMNS} from middle.invalid_record i join middle.connection c on c.id = i.connection_id where true
      ${filter.visible === null ? empty : sql`and c.account_id = any(${filter.visible})`}
      ${filter.accountId === undefined ? empty : sql`and c.account_id = ${filter.accountId}`}
      ${filter.connectionId === undefined ? empty : sql`and i.connection_id = ${filter.connectionId}`}
      ${filter.recordType === undefined ? empty : sql`and i.record_type = ${filter.recordType}`}
      ${filter.runId === undefined ? empty : sql`and i.sync_run_id = ${filter.runId}`}
      ${filter.state === undefined ? empty : sql`and i.state = ${filter.state}`}
      ${filter.after === undefined ? empty : sql`and i.id < ${filter.after}`}
    order by i.id desc limit ${filter.limit}`);
  return rows;
}

/** False when it is not open any more. */
export async function dismissInvalidRecord(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.invalid_record set state = 'dismissed', settled_at = now() where id = ${id} and state = 'open'`);
  return rowCount === 1;
}

const COUNT_MOST = 1_000;

/** Open ones of each record type of a connection, counted up to a cap. */
export async function countOpen(
  db: Queryable,
  recordSetIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await db.query<{ id: number; count: number }>(sql`
    select wanted.id, (select count(*)::int from (
        select from middle.invalid_record i where i.record_set_id = wanted.id and i.state = 'open'
        limit ${COUNT_MOST}) capped) as count
    from unnest(${recordSetIds}::int[]) wanted(id)`);
  return new Map(rows.map(({ id, count }) => [id, count]));
}
