import sql from 'sql-template-tag';
import type { WorkflowInput } from '@middle/core/workflow/definition.ts';
import type { RecordEvent, TriggerDefinition } from '@middle/core/workflow/trigger.ts';
import type { Schedule } from '@middle/core/workflow/trigger-schedule.ts';
import type { Queryable } from '../database.ts';
import { only } from '../only.ts';

/** A trigger as people see it. */
export interface TriggerView {
  readonly id: string;
  readonly workflowId: string;
  readonly accountId: string;
  readonly name: string;
  readonly kind: 'record' | 'schedule';
  readonly enabled: boolean;
  readonly recordSetId: number | null;
  readonly connectionId: string | null;
  readonly recordType: string | null;
  readonly events: RecordEvent[];
  readonly schedule: Schedule | null;
  readonly input: Record<string, string>;
  readonly discard: string | null;
  readonly requeue: string | null;
  readonly requeueSeconds: number;
  readonly requeueAttempts: number;
  readonly createdAt: Date;
  /** The key that it has in the module that its workflow is a copy of; null: it is the account's own. */
  readonly moduleTrigger: string | null;
  readonly accountEnabled: boolean;
  readonly workflowEnabled: boolean;
  readonly isPublished: boolean;
  readonly lastDay: HourCounts;
  readonly waiting: number;
  readonly gaveUp: number;
}

export interface HourCounts {
  readonly started: number;
  readonly discarded: number;
  readonly requeued: number;
  readonly gaveUp: number;
  readonly failed: number;
}

const VIEW = sql`
  select t.id, t.workflow_id as "workflowId", w.account_id as "accountId", t.name, t.kind, t.enabled,
    t.record_set_id as "recordSetId", rs.connection_id as "connectionId", rs.record_type as "recordType", t.events,
    t.schedule, t.input, t.discard, t.requeue, t.requeue_seconds as "requeueSeconds",
    t.requeue_attempts as "requeueAttempts", t.created_at as "createdAt", t.module_trigger as "moduleTrigger", a.enabled as "accountEnabled",
    w.enabled as "workflowEnabled", w.version is not null as "isPublished",
    (select jsonb_build_object('started', coalesce(sum(started), 0), 'discarded', coalesce(sum(discarded), 0),
      'requeued', coalesce(sum(requeued), 0), 'gaveUp', coalesce(sum(gave_up), 0), 'failed', coalesce(sum(failed), 0))
      from middle.trigger_count c where c.trigger_id = t.id and c.hour > now() - interval '1 day') as "lastDay",
    (select count(*)::integer from (select from middle.trigger_requeue q
      where q.trigger_id = t.id and q.state = 'waiting' limit 1000) capped) as waiting,
    (select count(*)::integer from (select from middle.trigger_requeue q
      where q.trigger_id = t.id and q.state = 'gave_up' limit 1000) capped) as "gaveUp"
  from middle.trigger t
  join middle.workflow w on w.id = t.workflow_id
  join middle.account a on a.id = w.account_id
  left join middle.record_set rs on rs.id = t.record_set_id`;

export async function listTriggers(db: Queryable, workflowId: string): Promise<readonly TriggerView[]> {
  const { rows } = await db.query<TriggerView>(
    sql`${VIEW} where t.workflow_id = ${workflowId} order by t.name, t.id limit 1000`,
  );
  return rows;
}

export async function getTrigger(db: Queryable, id: string): Promise<TriggerView | null> {
  const { rows } = await db.query<TriggerView>(sql`${VIEW} where t.id = ${id}`);
  return rows[0] ?? null;
}

/** What a trigger's definition refers to, found. */
export interface Resolved {
  readonly recordSetId: number | null;
  /** Of a schedule that is switched on. */
  readonly nextTickAt: Date | null;
}

function columnsOf(definition: TriggerDefinition) {
  const isRecord = definition.kind === 'record';
  return {
    events: isRecord ? definition.events : [],
    schedule: isRecord ? null : JSON.stringify(definition.schedule),
    input: JSON.stringify(definition.input),
    requeue: isRecord ? definition.requeue : null,
    requeueSeconds: isRecord ? definition.requeueSeconds : 60,
    requeueAttempts: isRecord ? definition.requeueAttempts : 10,
  };
}

export async function insertTrigger(
  db: Queryable,
  workflowId: string,
  definition: TriggerDefinition,
  { recordSetId, nextTickAt, enabled }: Resolved & { readonly enabled: boolean },
): Promise<string> {
  const columns = columnsOf(definition);
  const { rows } = await db.query<{ id: string }>(sql`
    insert into middle.trigger (workflow_id, name, kind, enabled, enabled_since, record_set_id, events, schedule,
      next_tick_at, input, discard, requeue, requeue_seconds, requeue_attempts)
    values (${workflowId}, ${definition.name}, ${definition.kind}, ${enabled},
      case when ${enabled} then clock_timestamp() end, ${recordSetId}, ${columns.events}, ${columns.schedule},
      ${nextTickAt}, ${columns.input}, ${definition.discard}, ${columns.requeue}, ${columns.requeueSeconds},
      ${columns.requeueAttempts})
    returning id`);
  return only(rows).id;
}

/** Events that wait are of the record type it listened to: when it listens to another one, they go. */
export async function changeTrigger(
  db: Queryable,
  before: TriggerView,
  definition: TriggerDefinition,
  { recordSetId, nextTickAt, enabled }: Resolved & { readonly enabled: boolean },
): Promise<void> {
  const columns = columnsOf(definition);
  await db.query(sql`
    update middle.trigger set name = ${definition.name}, enabled = ${enabled},
      enabled_since = case when not ${enabled} then null
        when enabled and record_set_id is not distinct from ${recordSetId}::integer then enabled_since
        else clock_timestamp() end,
      record_set_id = ${recordSetId}, events = ${columns.events}, schedule = ${columns.schedule},
      next_tick_at = ${nextTickAt}, input = ${columns.input}, discard = ${definition.discard},
      requeue = ${columns.requeue}, requeue_seconds = ${columns.requeueSeconds},
      requeue_attempts = ${columns.requeueAttempts}
    where id = ${before.id}`);
  if (before.recordSetId !== recordSetId)
    await db.query(sql`delete from middle.trigger_requeue where trigger_id = ${before.id}`);
}

/** Only the switch; also of a trigger whose definition is wrong by now. */
export async function switchTriggerOff(db: Queryable, id: string): Promise<void> {
  await db.query(sql`
    update middle.trigger set enabled = false, enabled_since = null, next_tick_at = null where id = ${id}`);
}

export async function deleteTrigger(db: Queryable, id: string): Promise<void> {
  await db.query(sql`delete from middle.trigger where id = ${id}`);
}

/** What a trigger of this workflow can give to, and whose: of its published version, else of its draft. */
export interface TriggeredWorkflow {
  readonly accountId: string;
  readonly bindings: Readonly<Record<string, string>>;
  readonly inputs: readonly WorkflowInput[];
}

export async function readTriggered(db: Queryable, workflowId: string): Promise<TriggeredWorkflow | null> {
  const { rows } = await db.query<TriggeredWorkflow>(sql`
    select w.account_id as "accountId", w.bindings, coalesce(v.definition, w.draft) -> 'inputs' as inputs
    from middle.workflow w
    left join middle.workflow_version v on v.workflow_id = w.id and v.version = w.version
    where w.id = ${workflowId} and w.deleted_at is null`);
  const [row] = rows;
  return row === undefined ? null : { ...row, inputs: Array.isArray(row.inputs) ? row.inputs : [] };
}

export async function listHours(
  db: Queryable,
  triggerId: string,
  hours: number,
): Promise<readonly (HourCounts & { readonly hour: Date })[]> {
  const { rows } = await db.query<HourCounts & { hour: Date }>(sql`
    select hour, started, discarded, requeued, gave_up as "gaveUp", failed from middle.trigger_count
    where trigger_id = ${triggerId} and hour > now() - make_interval(hours => ${hours}) order by hour`);
  return rows;
}

export interface RequeuedEvent {
  readonly id: string;
  readonly recordId: string;
  readonly version: number;
  readonly event: RecordEvent;
  readonly state: 'waiting' | 'gave_up';
  readonly attempts: number;
  readonly nextAt: Date | null;
  readonly gaveUpAt: Date | null;
  readonly reason: string | null;
  readonly changedAt: Date;
  readonly requeuedAt: Date;
}

/** Newest first. */
export async function listRequeued(
  db: Queryable,
  page: {
    readonly triggerId: string;
    readonly state?: 'waiting' | 'gave_up' | undefined;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<readonly RequeuedEvent[]> {
  const { rows } = await db.query<RequeuedEvent>(sql`
    select id, record_id as "recordId", record_version as version, event, state, attempts,
      case when state = 'waiting' then next_at end as "nextAt", case when state = 'gave_up' then next_at end as "gaveUpAt",
      reason, changed_at as "changedAt", uuid_extract_timestamp(id) as "requeuedAt"
    from middle.trigger_requeue
    where trigger_id = ${page.triggerId} and (${page.state ?? null}::text is null or state = ${page.state ?? null})
      and (${page.after ?? null}::uuid is null or id < ${page.after ?? null}::uuid)
    order by id desc limit ${page.limit}`);
  return rows;
}

/** Puts events back to be looked at now; without ids all that gave up. @returns how many */
export async function retryRequeued(
  db: Queryable,
  triggerId: string,
  ids: readonly string[] | undefined,
): Promise<number> {
  const { rowCount } = await db.query(sql`
    update middle.trigger_requeue set state = 'waiting', attempts = 0, next_at = clock_timestamp(), reason = null
    where trigger_id = ${triggerId}
      and case when ${ids ?? null}::uuid[] is null then state = 'gave_up' else id = any(${ids ?? null}::uuid[]) end`);
  return rowCount ?? 0;
}

/** The last change of each of these records, in the order of the ids; of those that are stored and not deleted. */
export interface LastChange {
  readonly id: string;
  readonly version: number;
  readonly event: RecordEvent;
  readonly changedAt: Date;
  readonly data: object;
  readonly previous: object | null;
}

export async function lastChanges(
  db: Queryable,
  recordSetId: number,
  ids: readonly string[],
): Promise<readonly LastChange[]> {
  const { rows } = await db.query<LastChange>(sql`
    select r.id, r.version, case when r.version = 1 then 'created' else 'updated' end as event,
      r.updated_at as "changedAt", r.data, p.data as previous
    from unnest(${ids}::text[]) with ordinality i(id, place)
    join lateral (
      select * from middle.record where record_set_id = ${recordSetId} and id = i.id and deleted_at is null limit 1
    ) r on true
    left join lateral (
      select data from middle.record_version
      where record_set_id = ${recordSetId} and id = r.id and version = r.version - 1 and replaced_at = r.updated_at
      limit 1
    ) p on true
    order by r.updated_at desc, i.place`);
  return rows;
}
