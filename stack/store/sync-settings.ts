import sql from 'sql-template-tag';
import type { Queryable } from './database.ts';

export interface SyncChange {
  readonly enabled: boolean;
  readonly everySeconds: number | null;
  readonly overlapSeconds: number;
  readonly catchUp: {
    readonly weekday: number;
    readonly hour: number;
    readonly timeZone: string;
    readonly windowDays: number;
  } | null;
  readonly markDeleted: boolean;
  readonly stallSeconds: number;
}

/** A sync that is switched on, or gets another frequency, ticks at once; one that is off, or by hand only, never. */
export async function changeSync(db: Queryable, id: string, to: SyncChange): Promise<void> {
  const catchUp =
    to.catchUp === null
      ? null
      : {
          weekday: to.catchUp.weekday,
          hour: to.catchUp.hour,
          time_zone: to.catchUp.timeZone,
          window_days: to.catchUp.windowDays,
        };
  await db.query(sql`
    update middle.sync set enabled = ${to.enabled}, every_seconds = ${to.everySeconds},
      overlap_seconds = ${to.overlapSeconds}, mark_deleted = ${to.markDeleted}, stall_seconds = ${to.stallSeconds},
      -- A schedule that was changed is judged anew.
      ticks_since_success = case when enabled = ${to.enabled} and every_seconds is not distinct from ${to.everySeconds}::int
        then ticks_since_success else 0 end,
      catch_up = ${catchUp === null ? null : JSON.stringify(catchUp)}::jsonb,
      next_tick_at = case
        when not ${to.enabled} or ${to.everySeconds}::int is null then null
        when enabled and every_seconds is not distinct from ${to.everySeconds}::int then next_tick_at
        else now() end
    where id = ${id}`);
  await db.query(sql`select pg_notify('middle_sync', '')`);
}
