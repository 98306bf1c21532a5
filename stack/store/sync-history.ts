import sql, { empty } from 'sql-template-tag';
import type { Queryable } from './database.ts';
import { isStalled } from './sync-ticks.ts';

/** What people see of syncs, runs and invocations. The worker's own statements are in syncs.ts and invocations.ts. */

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly fault: string;
  readonly hint?: string;
}

export type RunState = 'queued' | 'running' | 'storing' | 'succeeded' | 'failed' | 'cancelled';
export type SyncKind = 'complete' | 'recent' | 'lookup';

export interface RunView {
  readonly id: string;
  readonly syncId: string;
  readonly connection: {
    readonly id: string;
    readonly name: string;
    readonly appKey: string;
    readonly iconColor: string;
  };
  readonly accountId: string;
  readonly recordType: string;
  readonly recordTypeTitle: string;
  readonly kind: SyncKind;
  readonly cause: 'schedule' | 'catch_up' | 'person' | 'foreign_key';
  readonly startedBy: string | null;
  readonly input: Record<string, unknown>;
  readonly state: RunState;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly nextAttemptAt: Date;
  readonly progress: { readonly done: number | null; readonly total: number | null } | null;
  readonly progressedAt: Date;
  readonly cancelRequested: boolean;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly counts: Readonly<
    Record<'created' | 'updated' | 'unchanged' | 'older' | 'invalid' | 'deleted', number>
  >;
  readonly bytes: number;
  readonly error: Failure | null;
  /** Why a run that succeeded deserves a look. */
  readonly warning: string | null;
}

/** An error that history keeps may lack what this version of the API promises. */
const failure = (column: string) =>
  sql([
    `case when ${column} is not null then jsonb_strip_nulls(jsonb_build_object('code', coalesce(${column} ->> 'code', 'internal'),
    'message', coalesce(${column} ->> 'message', ''), 'fault', coalesce(${column} ->> 'fault', 'platform'),
    'hint', ${column} ->> 'hint')) end`,
  ]);

const RUN = sql`r.id, r.sync_id as "syncId", c.account_id as "accountId", rs.record_type as "recordType",
  rs.definition ->> 'title' as "recordTypeTitle", r.kind, r.cause,
  jsonb_build_object('id', c.id, 'name', c.name, 'appKey', p.key, 'iconColor', p.icon_color) as connection,
  r.started_by as "startedBy", r.input, r.state, r.attempts, r.max_attempts as "maxAttempts",
  r.next_attempt_at as "nextAttemptAt", r.progressed_at as "progressedAt", r.queued_at as "queuedAt",
  case when r.progress is not null then jsonb_build_object('done', r.progress -> 'done', 'total', r.progress -> 'total')
    end as progress,
  r.cancel_requested_at is not null as "cancelRequested", r.started_at as "startedAt", r.ended_at as "endedAt",
  jsonb_build_object('created', r.created, 'updated', r.updated, 'unchanged', r.unchanged, 'older', r.older,
    'invalid', r.invalid, 'deleted', r.deleted) as counts,
  r.bytes::float8 as bytes, ${failure('r.error')} as error, r.warning`;

const RUN_FROM = sql`from middle.sync_run r join middle.connection c on c.id = r.connection_id
  join middle.app p on p.id = c.app_id join middle.record_set rs on rs.id = r.record_set_id`;

export async function getRun(db: Queryable, id: string): Promise<RunView | null> {
  const { rows } = await db.query<RunView>(sql`select ${RUN} ${RUN_FROM} where r.id = ${id}`);
  return rows[0] ?? null;
}

/** Null: everything the stack has. */
export type Visible = readonly string[] | null;

export interface RunFilter {
  readonly visible: Visible;
  readonly accountId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly recordType?: string | undefined;
  readonly kind?: string | undefined;
  readonly cause?: string | undefined;
  readonly state?: readonly string[] | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Newest first; `after` is the id of the last run of the page before. */
export async function listRuns(db: Queryable, filter: RunFilter): Promise<readonly RunView[]> {
  const { rows } = await db.query<RunView>(sql`
    select ${RUN} ${RUN_FROM} where true
      ${filter.visible === null ? empty : sql`and c.account_id = any(${filter.visible})`}
      ${filter.accountId === undefined ? empty : sql`and c.account_id = ${filter.accountId}`}
      ${filter.connectionId === undefined ? empty : sql`and r.connection_id = ${filter.connectionId}`}
      ${filter.recordType === undefined ? empty : sql`and rs.record_type = ${filter.recordType}`}
      ${filter.kind === undefined ? empty : sql`and r.kind = ${filter.kind}`}
      ${filter.cause === undefined ? empty : sql`and r.cause = ${filter.cause}`}
      ${filter.state === undefined ? empty : sql`and r.state = any(${filter.state})`}
      ${filter.after === undefined ? empty : sql`and r.id < ${filter.after}`}
    order by r.id desc limit ${filter.limit}`);
  return rows;
}

/** Runs that have not ended, and those of `also`, whose end somebody still has to hear of. */
export async function listOpenRuns(db: Queryable, also: readonly string[]): Promise<readonly RunView[]> {
  const { rows } = await db.query<RunView>(sql`
    select ${RUN} ${RUN_FROM} where r.state in ('queued', 'running', 'storing') or r.id = any(${also}::uuid[])
    order by r.id desc limit 500`);
  return rows;
}

export interface SyncView {
  readonly id: string;
  readonly recordSetId: number;
  readonly kind: SyncKind;
  readonly functionKey: string;
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
  readonly nextTickAt: Date | null;
  readonly succeededAt: Date | null;
  /** Its schedule goes on, but nothing comes of it. */
  readonly stalled: boolean;
  readonly lastRun: {
    readonly id: string;
    readonly state: RunState;
    readonly queuedAt: string;
    readonly endedAt: string | null;
    readonly error: Failure | null;
  } | null;
}

const SYNC = sql`s.id, s.record_set_id as "recordSetId", s.kind, s.function_key as "functionKey", s.enabled,
  s.every_seconds as "everySeconds", s.overlap_seconds as "overlapSeconds", s.mark_deleted as "markDeleted",
  s.stall_seconds as "stallSeconds", s.next_tick_at as "nextTickAt",
  s.succeeded_at as "succeededAt", ${isStalled} as stalled,
  case when s.catch_up is not null then jsonb_build_object('weekday', s.catch_up -> 'weekday',
    'hour', s.catch_up -> 'hour', 'timeZone', s.catch_up -> 'time_zone', 'windowDays', s.catch_up -> 'window_days')
    end as "catchUp",
  (select jsonb_build_object('id', r.id, 'state', r.state, 'queuedAt', r.queued_at, 'endedAt', r.ended_at,
      'error', ${failure('r.error')})
    from middle.sync_run r where r.record_set_id = s.record_set_id and r.sync_id = s.id order by r.id desc limit 1)
    as "lastRun"`;

const SYNC_FROM = sql`from middle.sync s join middle.record_set rs on rs.id = s.record_set_id
  join middle.connection c on c.id = rs.connection_id join middle.account a on a.id = c.account_id`;

export async function listSyncs(db: Queryable, connectionId: string): Promise<readonly SyncView[]> {
  const { rows } = await db.query<SyncView>(sql`
    select ${SYNC} ${SYNC_FROM} where rs.connection_id = ${connectionId}
    order by rs.position, rs.id, array_position(array['complete', 'recent', 'lookup'], s.kind)`);
  return rows;
}

export async function getSync(db: Queryable, id: string): Promise<SyncView | null> {
  const { rows } = await db.query<SyncView>(sql`select ${SYNC} ${SYNC_FROM} where s.id = ${id}`);
  return rows[0] ?? null;
}

export interface InvocationView {
  readonly id: string;
  readonly runId: string | null;
  readonly connectionId: string;
  readonly appKey: string;
  readonly version: string;
  readonly functionKey: string;
  readonly kind: 'sync' | 'action' | 'auth' | 'test' | 'webhook';
  readonly attempt: number;
  readonly state: 'running' | 'ended';
  readonly outcome:
    'ok' | 'user_error' | 'developer_error' | 'platform_error' | 'restarted' | 'cancelled' | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly durationMilliseconds: number | null;
  readonly start: string | null;
  readonly messages: number | null;
  readonly appliedMessages: number;
  readonly sentRecords: number | null;
  readonly appliedRecords: number;
  readonly bytes: number;
  readonly error: Failure | null;
}

const INVOCATION = sql`i.id, i.sync_run_id as "runId", i.connection_id as "connectionId", p.key as "appKey", v.version,
  i.function_key as "functionKey", i.kind, i.attempt, i.state, i.outcome, i.started_at as "startedAt",
  i.ended_at as "endedAt", i.duration_ms as "durationMilliseconds", i.start_kind as start,
  i.final_sequence as messages, i.applied_messages as "appliedMessages", i.sent_records as "sentRecords",
  i.applied_records as "appliedRecords", i.bytes::float8 as bytes, ${failure('i.error')} as error`;

const INVOCATION_FROM = sql`from middle.invocation i join middle.connection c on c.id = i.connection_id
  join middle.app p on p.id = i.app_id join middle.app_version v on v.id = i.app_version_id`;

export async function getInvocation(db: Queryable, id: string): Promise<InvocationView | null> {
  const { rows } = await db.query<InvocationView>(
    sql`select ${INVOCATION} ${INVOCATION_FROM} where i.id = ${id}`,
  );
  return rows[0] ?? null;
}

export async function listInvocationsOfRun(db: Queryable, runId: string): Promise<readonly InvocationView[]> {
  const { rows } = await db.query<InvocationView>(
    sql`select ${INVOCATION} ${INVOCATION_FROM} where i.sync_run_id = ${runId} order by i.attempt, i.id limit 200`,
  );
  return rows;
}

export interface InvocationFilter {
  readonly visible: Visible;
  readonly accountId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly outcome?: string | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Newest first; `after` is the id of the last invocation of the page before. */
export async function listInvocations(
  db: Queryable,
  filter: InvocationFilter,
): Promise<readonly InvocationView[]> {
  const { rows } = await db.query<InvocationView>(sql`
    select ${INVOCATION} ${INVOCATION_FROM} where true
      ${filter.visible === null ? empty : sql`and c.account_id = any(${filter.visible})`}
      ${filter.accountId === undefined ? empty : sql`and c.account_id = ${filter.accountId}`}
      ${filter.connectionId === undefined ? empty : sql`and i.connection_id = ${filter.connectionId}`}
      ${filter.outcome === undefined ? empty : sql`and i.outcome = ${filter.outcome}`}
      ${filter.after === undefined ? empty : sql`and i.id < ${filter.after}`}
    order by i.id desc limit ${filter.limit}`);
  return rows;
}
