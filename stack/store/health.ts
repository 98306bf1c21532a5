import sql from 'sql-template-tag';
import type { Queryable } from './database.ts';
import { isStalled } from './sync-ticks.ts';

export interface Heartbeat {
  readonly part: string;
  readonly at: Date;
  readonly detail: Record<string, unknown>;
}

export async function listHeartbeats(db: Queryable): Promise<readonly Heartbeat[]> {
  const { rows } = await db.query<Heartbeat>(
    sql`select part, at, detail from middle.heartbeat order by part`,
  );
  return rows;
}

export interface StalledSync {
  readonly id: string;
  readonly connection: { readonly id: string; readonly name: string };
  readonly account: { readonly key: string; readonly name: string };
  readonly recordType: string;
  readonly kind: 'complete' | 'recent' | 'lookup';
  readonly succeededAt: Date | null;
}

/** Schedules of which nothing comes; those that succeeded longest ago first. */
export async function listStalledSyncs(db: Queryable): Promise<readonly StalledSync[]> {
  const { rows } = await db.query<StalledSync>(sql`
    select s.id, jsonb_build_object('id', c.id, 'name', c.name) as connection,
      jsonb_build_object('key', a.key, 'name', a.name) as account, rs.record_type as "recordType", s.kind,
      s.succeeded_at as "succeededAt"
    from middle.sync s join middle.record_set rs on rs.id = s.record_set_id
    join middle.connection c on c.id = rs.connection_id join middle.account a on a.id = c.account_id
    where ${isStalled} order by s.succeeded_at nulls first, s.id limit 100`);
  return rows;
}

export interface DatabaseHealth {
  readonly version: string;
  readonly bytes: number;
  readonly connections: number;
  readonly migrations: readonly { readonly name: string; readonly at: string | null }[];
}

export async function getDatabaseHealth(db: Queryable): Promise<DatabaseHealth | null> {
  const { rows } = await db.query<DatabaseHealth>(sql`
    select current_setting('server_version') as version, pg_database_size(current_database())::float8 as bytes,
      (select count(*)::int from pg_stat_activity where datname = current_database()) as connections,
      (select coalesce(jsonb_agg(jsonb_build_object('name', set || '/' || name, 'at', applied_at) order by applied_at, name), '[]')
        from migration.applied) as migrations`);
  return rows[0] ?? null;
}
