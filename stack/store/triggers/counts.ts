import sql from 'sql-template-tag';
import type { Queryable } from '../database.ts';

export const COUNTED = ['started', 'discarded', 'requeued', 'gave_up', 'failed'] as const;
export type Counted = (typeof COUNTED)[number];

/** What triggers did, per trigger; kept per hour. */
export type TriggerCounts = ReadonlyMap<string, Readonly<Partial<Record<Counted, number>>>>;

/** In the order of the triggers' ids, so that two transactions that count the same ones wait for each other. */
export async function addCounts(db: Queryable, counts: TriggerCounts, now: Date): Promise<void> {
  const all = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  if (all.length === 0) return;
  const of = (what: Counted): number[] => all.map(([, count]) => count[what] ?? 0);
  await db.query(sql`
    insert into middle.trigger_count as c (trigger_id, hour, started, discarded, requeued, gave_up, failed)
    select n.id, date_trunc('hour', ${now}::timestamptz, 'UTC'), n.started, n.discarded, n.requeued, n.gave_up, n.failed
    from unnest(${all.map(([id]) => id)}::uuid[], ${of('started')}::integer[], ${of('discarded')}::integer[],
      ${of('requeued')}::integer[], ${of('gave_up')}::integer[], ${of('failed')}::integer[])
      with ordinality n(id, started, discarded, requeued, gave_up, failed, place)
    join middle.trigger t on t.id = n.id order by n.place
    on conflict (trigger_id, hour) do update set started = c.started + excluded.started,
      discarded = c.discarded + excluded.discarded, requeued = c.requeued + excluded.requeued,
      gave_up = c.gave_up + excluded.gave_up, failed = c.failed + excluded.failed`);
}
