import sql from 'sql-template-tag';
import type { Queryable } from './database.ts';

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
