import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../database.ts';
import { LISTENS, STARTING, TRIGGER_TABLES } from './listening.ts';
import type { ScheduleTrigger } from './listening.ts';

/** Takes triggers whose tick is due, for as long as the transaction lasts; those that another worker has are left out. */
export async function dueTriggers(
  client: Transaction,
  now: Date,
  limit: number,
): Promise<readonly ScheduleTrigger[]> {
  const { rows } = await client.query<ScheduleTrigger>(sql`
    select ${STARTING}, t.schedule, t.next_tick_at as tick, ${LISTENS} as listens
    from ${TRIGGER_TABLES}
    where t.kind = 'schedule' and t.enabled and t.next_tick_at <= ${now}
    order by t.next_tick_at limit ${limit} for update of t skip locked`);
  return rows;
}

export interface Tick {
  readonly triggerId: string;
  readonly tick: Date;
  /** What it starts; null: its criteria discarded it. */
  readonly executionId: string | null;
}

/** Writes ticks down; the unique key lets each through once, whoever comes. @returns the triggers whose tick is new */
export async function noteTicks(client: Transaction, ticks: readonly Tick[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ id: string }>(sql`
    insert into middle.trigger_tick (trigger_id, tick, execution_id)
    select * from unnest(${ticks.map(({ triggerId }) => triggerId)}::uuid[],
      ${ticks.map(({ tick }) => tick)}::timestamptz[], ${ticks.map(({ executionId }) => executionId)}::uuid[])
    on conflict do nothing returning trigger_id as id`);
  return new Set(rows.map(({ id }) => id));
}

/** Null: there is no further tick. */
export async function moveTicks(
  db: Queryable,
  moves: readonly { readonly triggerId: string; readonly next: Date | null }[],
): Promise<void> {
  await db.query(sql`
    update middle.trigger t set next_tick_at = m.next
    from unnest(${moves.map(({ triggerId }) => triggerId)}::uuid[], ${moves.map(({ next }) => next)}::timestamptz[]) m(id, next)
    where t.id = m.id`);
}
