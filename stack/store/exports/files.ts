import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';

/** A file that is about to be written. */
export interface NewExportFile {
  readonly id: string;
  readonly accountId: string;
  readonly executionId: string;
  readonly place: string;
  readonly name: string;
  readonly contentType: string;
  readonly recordSetId: number;
  /** When its remains go if it is never whole. */
  readonly expiresAt: Date;
}

/** A file that is whole. */
export interface StoredExport {
  readonly id: string;
  readonly rows: number;
  readonly lookedAt: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly expiresAt: Date;
}

export interface ExportFile {
  readonly id: string;
  readonly executionId: string;
  readonly place: string;
  readonly name: string;
  readonly contentType: string;
  /** Records when it began, an estimate. */
  readonly total: number | null;
  readonly lookedAt: number;
  readonly rows: number;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly beganAt: Date;
  /** Null: it is not whole. */
  readonly storedAt: Date | null;
  readonly expiresAt: Date;
}

export const blobOfExport = (id: string): string => `exports/${id}`;

/** In the transactions of the steps that write them, so that one who lost its execution writes none. */
export async function writeExports(
  client: Queryable,
  begun: readonly NewExportFile[],
  stored: readonly StoredExport[],
): Promise<void> {
  for (const file of begun) {
    await client.query(sql`
      insert into middle.export_file (id, account_id, execution_id, place, name, content_type, expires_at, total)
      select ${file.id}, ${file.accountId}, ${file.executionId}, ${file.place}, ${file.name}, ${file.contentType}, ${file.expiresAt},
        (select greatest(reltuples, 0) from pg_class where oid = to_regclass('middle.record_' || ${file.recordSetId}::integer))`);
  }
  for (const file of stored) {
    await client.query(sql`
      update middle.export_file set row_count = ${file.rows}, looked_at = ${file.lookedAt}, bytes = ${file.bytes},
        sha256 = ${file.sha256}, expires_at = ${file.expiresAt}, stored_at = clock_timestamp()
      where id = ${file.id}`);
  }
}

export async function noteExportProgress(
  db: Queryable,
  id: string,
  { rows, lookedAt }: Pick<StoredExport, 'rows' | 'lookedAt'>,
): Promise<void> {
  await db.query(sql`
    update middle.export_file set row_count = ${rows}, looked_at = ${lookedAt} where id = ${id} and stored_at is null`);
}

const FILE = sql`
  id, execution_id as "executionId", place, name, content_type as "contentType", total::float8 as total,
  looked_at::float8 as "lookedAt", row_count::float8 as rows, bytes::float8 as bytes, sha256, began_at as "beganAt",
  stored_at as "storedAt", expires_at as "expiresAt"`;

/** Of each place the newest: those of attempts that were given up are of no use to anybody. */
export async function listExportFiles(db: Queryable, executionId: string): Promise<readonly ExportFile[]> {
  const { rows } = await db.query<ExportFile>(sql`
    select * from (
      select distinct on (place) ${FILE} from middle.export_file where execution_id = ${executionId} order by place, id desc
    ) newest order by "beganAt", place limit 1000`);
  return rows;
}

export async function findExportFile(db: Queryable, id: string): Promise<ExportFile | null> {
  const { rows } = await db.query<ExportFile>(sql`select ${FILE} from middle.export_file where id = ${id}`);
  return rows[0] ?? null;
}

/** Longer than anyone may write on a file (see worker/executions/steps/export.ts): then its writer is gone for sure. */
const WRITING_HOURS = 24;

/**
 * Files whose time is over, that are of a deleted account, or whose writer died. Another call gives the same until they are
 * forgotten.
 */
export async function expiredExports(db: Queryable, now: Date, limit: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(sql`
    select id from middle.export_file f
    where (stored_at is not null or began_at < ${now}::timestamptz - make_interval(hours => ${WRITING_HOURS}))
      and (expires_at < ${now} or not exists (select from middle.account a where a.id = f.account_id))
    limit ${limit}`);
  return rows.map(({ id }) => id);
}

export async function forgetExports(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query(sql`delete from middle.export_file where id = any(${ids}::uuid[])`);
}
