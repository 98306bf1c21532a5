import sql from 'sql-template-tag';
import type { RecordType } from '@middle/core/attribute.ts';
import type { Manifest } from '@middle/core/manifest.ts';
import { findSync, mergeSettings, settingsOfSync } from '@middle/core/sync-plan.ts';
import type { SyncSettings } from '@middle/core/sync-plan.ts';
import type { Queryable } from './database.ts';
import { only } from './only.ts';

export interface RecordSet {
  readonly id: number;
  readonly connectionId: string;
  readonly recordType: RecordType;
  /** Overrides the stack's retention of records. */
  readonly retentionDays: number | null;
}

const COLUMNS = sql`rs.id, rs.connection_id as "connectionId", rs.definition as "recordType",
  rs.retention_days as "retentionDays"`;

export async function listRecordSets(db: Queryable, connectionId: string): Promise<readonly RecordSet[]> {
  const { rows } = await db.query<RecordSet>(
    sql`select ${COLUMNS} from middle.record_set rs where rs.connection_id = ${connectionId} order by rs.position, rs.id`,
  );
  return rows;
}

export async function findRecordSet(
  db: Queryable,
  connectionId: string,
  recordType: string,
): Promise<RecordSet | null> {
  const { rows } = await db.query<RecordSet>(sql`
    select ${COLUMNS} from middle.record_set rs where connection_id = ${connectionId} and record_type = ${recordType}`);
  return rows[0] ?? null;
}

export interface NamedRecordSet extends RecordSet {
  readonly connectionName: string;
}

export async function listRecordSetsOfAccount(
  db: Queryable,
  accountId: string,
  limit: number,
): Promise<readonly NamedRecordSet[]> {
  const { rows } = await db.query<NamedRecordSet>(sql`
    select ${COLUMNS}, c.name as "connectionName"
    from middle.record_set rs join middle.connection c on c.id = rs.connection_id
    where c.account_id = ${accountId} order by rs.id limit ${limit}`);
  return rows;
}

export async function listAllRecordSets(db: Queryable, limit: number): Promise<readonly NamedRecordSet[]> {
  const { rows } = await db.query<NamedRecordSet>(sql`
    select ${COLUMNS}, c.name as "connectionName"
    from middle.record_set rs join middle.connection c on c.id = rs.connection_id order by rs.id limit ${limit}`);
  return rows;
}

interface SyncRow extends SyncSettings {
  readonly id: string;
  readonly recordType: string;
  readonly kind: 'complete' | 'recent' | 'lookup';
}

/**
 * Brings the record sets and syncs of a connection in line with its version's manifest: new record types get a
 * partition and syncs, known ones their new definition. What the manifest no longer has stays readable, switched off.
 */
export async function applyManifest(
  db: Queryable,
  connectionId: string,
  manifests: { readonly before: Manifest | null; readonly after: Manifest },
  newSyncsOn: boolean,
): Promise<void> {
  const { before, after } = manifests;
  for (const [position, definition] of after.recordTypes.entries()) {
    const recordSetId = await putRecordSet(db, connectionId, definition, position);
    for (const sync of after.syncs.filter(({ recordType }) => recordType === definition.key)) {
      await addSync(db, recordSetId, sync.kind, settingsOfSync(sync), newSyncsOn);
    }
  }
  for (const row of await syncsOf(db, connectionId)) {
    const definition = findSync(after, row.recordType, row.kind);
    if (definition === undefined) {
      await db.query(sql`update middle.sync set enabled = false, next_tick_at = null where id = ${row.id}`);
      continue;
    }
    const earlier = before === null ? undefined : findSync(before, row.recordType, row.kind);
    const merged = mergeSettings(
      row,
      earlier === undefined ? null : settingsOfSync(earlier),
      settingsOfSync(definition),
    );
    await writeSettings(db, row.id, merged);
  }
  await db.query(sql`select pg_notify('middle_sync', '')`);
}

async function putRecordSet(
  db: Queryable,
  connectionId: string,
  definition: RecordType,
  position: number,
): Promise<number> {
  const { rows } = await db.query<{ id: number }>(sql`
    insert into middle.record_set (connection_id, record_type, definition, position)
    values (${connectionId}, ${definition.key}, ${JSON.stringify(definition)}, ${position})
    on conflict (connection_id, record_type) do update set definition = excluded.definition, position = excluded.position
    returning id`);
  const { id } = only(rows);
  await db.query(sql`select middle.add_record_set_partition(${id})`);
  return id;
}

async function addSync(
  db: Queryable,
  recordSetId: number,
  kind: SyncRow['kind'],
  settings: SyncSettings,
  enabled: boolean,
): Promise<void> {
  await db.query(sql`
    insert into middle.sync (record_set_id, kind, function_key, enabled, every_seconds, overlap_seconds, catch_up,
      mark_deleted, stall_seconds, next_tick_at)
    values (${recordSetId}, ${kind}, ${settings.functionKey}, ${enabled}, ${settings.everySeconds},
      ${settings.overlapSeconds}, ${settings.catchUp === null ? null : JSON.stringify(settings.catchUp)},
      ${settings.markDeleted}, ${settings.stallSeconds},
      case when ${enabled} and ${settings.everySeconds}::int is not null then now() end)
    on conflict (record_set_id, kind) do nothing`);
}

async function syncsOf(db: Queryable, connectionId: string): Promise<readonly SyncRow[]> {
  const { rows } = await db.query<SyncRow>(sql`
    select s.id, rs.record_type as "recordType", s.kind, s.function_key as "functionKey",
      s.every_seconds as "everySeconds", s.overlap_seconds as "overlapSeconds", s.catch_up as "catchUp",
      s.mark_deleted as "markDeleted", s.stall_seconds as "stallSeconds"
    from middle.sync s join middle.record_set rs on rs.id = s.record_set_id
    where rs.connection_id = ${connectionId} order by s.id`);
  return rows;
}

async function writeSettings(db: Queryable, syncId: string, settings: SyncSettings): Promise<void> {
  await db.query(sql`
    update middle.sync set function_key = ${settings.functionKey}, every_seconds = ${settings.everySeconds},
      overlap_seconds = ${settings.overlapSeconds},
      catch_up = ${settings.catchUp === null ? null : JSON.stringify(settings.catchUp)}::jsonb,
      mark_deleted = ${settings.markDeleted}, stall_seconds = ${settings.stallSeconds},
      next_tick_at = case
        when not enabled or ${settings.everySeconds}::int is null then null
        when every_seconds is distinct from ${settings.everySeconds}::int then now()
        else next_tick_at end
    where id = ${syncId}`);
}
