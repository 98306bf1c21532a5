import sql from 'sql-template-tag';
import type { RecordEvent } from '@middle/core/workflow/trigger.ts';
import type { Queryable, Transaction } from '../database.ts';
import { LISTENS, STARTING, TRIGGER_TABLES } from './listening.ts';
import type { StartingTrigger } from './listening.ts';

/** An event that is to be looked at again later. */
export interface NewRequeue {
  readonly triggerId: string;
  readonly recordSetId: number;
  readonly recordId: string;
  readonly version: number;
  readonly event: RecordEvent;
  readonly changedAt: Date;
  readonly nextAt: Date;
}

export async function addRequeues(db: Queryable, requeues: readonly NewRequeue[]): Promise<void> {
  if (requeues.length === 0) return;
  const all = <Value>(of: (one: NewRequeue) => Value): Value[] => requeues.map(of);
  await db.query(sql`
    insert into middle.trigger_requeue (trigger_id, record_set_id, record_id, record_version, event, changed_at, next_at)
    select * from unnest(${all(({ triggerId }) => triggerId)}::uuid[], ${all(({ recordSetId }) => recordSetId)}::integer[],
      ${all(({ recordId }) => recordId)}::text[], ${all(({ version }) => version)}::integer[],
      ${all(({ event }) => event)}::text[], ${all(({ changedAt }) => changedAt)}::timestamptz[],
      ${all(({ nextAt }) => nextAt)}::timestamptz[])`);
}

/** An event whose time to be looked at again has come, with the record as it is now. */
export interface DueRequeue extends StartingTrigger {
  readonly requeueId: string;
  readonly listens: boolean;
  readonly recordSetId: number;
  readonly recordId: string;
  readonly event: RecordEvent;
  readonly changedAt: Date;
  readonly attempts: number;
  readonly attemptsMost: number;
  readonly requeueSeconds: number;
  /** Null: the record is gone. */
  readonly version: number;
  readonly data: object | null;
  /** Its state before the event. */
  readonly previous: object | null;
}

/** Takes events that are due, for as long as the transaction lasts; those that another worker has are left out. */
export async function dueRequeues(
  client: Transaction,
  now: Date,
  limit: number,
): Promise<readonly DueRequeue[]> {
  const { rows } = await client.query<DueRequeue>(sql`
    with due as (
      select * from middle.trigger_requeue where state = 'waiting' and next_at <= ${now}
      order by next_at limit ${limit} for update skip locked
    )
    select d.id as "requeueId", ${STARTING}, ${LISTENS} as listens, d.record_set_id as "recordSetId",
      d.record_id as "recordId", d.event, d.changed_at as "changedAt", d.attempts,
      t.requeue_attempts as "attemptsMost", t.requeue_seconds as "requeueSeconds",
      coalesce(r.version, d.record_version) as version, r.data, p.data as previous
    from due d
    join (${TRIGGER_TABLES}) on t.id = d.trigger_id
    left join lateral (
      select version, data from middle.record
      where record_set_id = d.record_set_id and id = d.record_id and deleted_at is null limit 1
    ) r on true
    left join lateral (
      select data from middle.record_version
      where d.event = 'updated' and record_set_id = d.record_set_id and id = d.record_id
        and version = d.record_version - 1 and replaced_at = d.changed_at limit 1
    ) p on true
    order by d.next_at`);
  return rows;
}

export interface RequeueMoves {
  readonly gone: readonly string[];
  /** To be looked at again; `attempts` as they are now. */
  readonly again: readonly { readonly id: string; readonly attempts: number; readonly nextAt: Date }[];
  readonly gaveUp: readonly { readonly id: string; readonly attempts: number; readonly reason: string }[];
}

export async function moveRequeues(
  client: Transaction,
  { gone, again, gaveUp }: RequeueMoves,
  now: Date,
): Promise<void> {
  if (gone.length > 0)
    await client.query(sql`delete from middle.trigger_requeue where id = any(${gone}::uuid[])`);
  if (again.length > 0) {
    await client.query(sql`
      update middle.trigger_requeue r set attempts = m.attempts, next_at = m.next_at
      from unnest(${again.map(({ id }) => id)}::uuid[], ${again.map(({ attempts }) => attempts)}::integer[],
        ${again.map(({ nextAt }) => nextAt)}::timestamptz[]) m(id, attempts, next_at)
      where r.id = m.id`);
  }
  if (gaveUp.length > 0) {
    // From here on next_at says when it gave up.
    await client.query(sql`
      update middle.trigger_requeue r set state = 'gave_up', attempts = m.attempts, reason = m.reason, next_at = ${now}
      from unnest(${gaveUp.map(({ id }) => id)}::uuid[], ${gaveUp.map(({ attempts }) => attempts)}::integer[],
        ${gaveUp.map(({ reason }) => reason)}::text[]) m(id, attempts, reason)
      where r.id = m.id`);
  }
}
