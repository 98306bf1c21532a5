import sql from 'sql-template-tag';
import type { CatchUp } from '@middle/core/schedule.ts';
import { STALLED_TICKS } from '@middle/core/sync-plan.ts';
import type { Database, Queryable } from './database.ts';

export interface TickingSync {
  readonly id: string;
  readonly recordSet: number;
  readonly connectionId: string;
  readonly kind: 'complete' | 'recent';
  readonly everySeconds: number;
  readonly overlapSeconds: number;
  readonly firstWindowSeconds: number;
  readonly catchUp: CatchUp | null;
  /** When it is due; for a catch-up the caller computes it. */
  readonly tick: Date;
  /** Up to here the windows that went well are without a gap. */
  readonly coveredUntil: Date | null;
  readonly createdAt: Date;
}

const FIRST_WINDOW_SECONDS = 7 * 86_400;

/**
 * A connection that needs a look is asked again only once an hour: its schedules would do nothing but fail, and some
 * outside systems lock who comes with refused credentials too often.
 */
export const mayTry = sql`(c.attention is null or c.attention_at < now() - interval '1 hour')`;

/**
 * The schedule goes on, but nothing comes of it: it ticked again and again since the sync last succeeded, and no run of
 * it comes further at the moment. Credentials that were refused are told apart, on the connection.
 */
export const isStalled = sql`(s.enabled and c.enabled and a.enabled and s.every_seconds is not null and c.attention is null
  and s.ticks_since_success >= ${STALLED_TICKS} and not exists (
    select from middle.sync_run o where o.sync_id = s.id and o.state in ('running', 'storing')
      and o.progressed_at > now() - make_interval(secs => s.stall_seconds)))`;

const SYNCS = sql`
  select s.id, s.record_set_id as "recordSet", rs.connection_id as "connectionId", s.kind,
    coalesce(s.every_seconds, 0) as "everySeconds", s.overlap_seconds as "overlapSeconds", s.catch_up as "catchUp",
    date_trunc('milliseconds', coalesce(s.next_tick_at, now())) as tick, c.created_at as "createdAt",
    coalesce((select (d ->> 'firstWindow')::integer from jsonb_array_elements(v.manifest -> 'syncs') d
      where d ->> 'recordType' = rs.record_type and d ->> 'kind' = s.kind limit 1), ${FIRST_WINDOW_SECONDS}) as "firstWindowSeconds",
    s.covered_until as "coveredUntil"
  from middle.sync s
  join middle.record_set rs on rs.id = s.record_set_id
  join middle.connection c on c.id = rs.connection_id
  join middle.app_version v on v.id = c.app_version_id
  join middle.account a on a.id = c.account_id
  where s.enabled and c.enabled and a.enabled and ${mayTry}`;

export async function dueSyncs(db: Queryable, now: Date, limit: number): Promise<TickingSync[]> {
  const { rows } = await db.query<TickingSync>(sql`
    ${SYNCS} and s.next_tick_at <= ${now} and s.every_seconds is not null and s.kind <> 'lookup'
    order by s.next_tick_at limit ${limit}`);
  return rows;
}

/** Syncs with a weekly catch-up. */
export async function catchUpSyncs(db: Queryable): Promise<TickingSync[]> {
  const { rows } = await db.query<TickingSync>(
    sql`${SYNCS} and s.catch_up is not null and s.kind = 'recent'`,
  );
  return rows;
}

/** Postgres: unique_violation. */
const UNIQUE_VIOLATION = '23505';

/**
 * Queues the run of one tick. `fired`: queued. `open`: an earlier run of the sync has not ended. `done`: this tick was
 * fired before, by this worker or another.
 */
export async function fireTick(
  database: Database,
  sync: TickingSync,
  fire: { readonly cause: 'schedule' | 'catch_up'; readonly tick: Date; readonly input: object },
): Promise<'fired' | 'open' | 'done'> {
  try {
    return await database.transaction(async (client) => {
      const { rows } = await client.query<{ id: string }>(sql`
        insert into middle.sync_run (sync_id, record_set_id, connection_id, kind, cause, input)
        values (${sync.id}, ${sync.recordSet}, ${sync.connectionId}, ${sync.kind}, ${fire.cause}, ${JSON.stringify(fire.input)})
        on conflict do nothing returning id`);
      const [run] = rows;
      if (run === undefined) return 'open';
      await client.query(sql`
        insert into middle.sync_tick (sync_id, cause, tick, sync_run_id) values (${sync.id}, ${fire.cause}, ${fire.tick}, ${run.id})`);
      return 'fired';
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION) return 'done';
    throw error;
  }
}

/** Only from the tick that was looked at: another worker may have moved it on. A JavaScript date has no microseconds. */
export async function moveTick(db: Queryable, syncId: string, from: Date, to: Date): Promise<void> {
  await db.query(sql`
    update middle.sync set next_tick_at = ${to}, ticks_since_success = ticks_since_success + 1
    where id = ${syncId} and date_trunc('milliseconds', next_tick_at) <= ${from}`);
}

export async function wasFired(db: Queryable, syncId: string, cause: string, tick: Date): Promise<boolean> {
  const { rows } = await db.query(
    sql`select 1 from middle.sync_tick where sync_id = ${syncId} and cause = ${cause} and tick = ${tick}`,
  );
  return rows.length > 0;
}
