import sql, { empty, join } from 'sql-template-tag';
import type { Sql } from 'sql-template-tag';
import { wordQuery } from '@middle/core/workflow/words.ts';
import type { WordQuery } from '@middle/core/workflow/words.ts';
import type { Queryable } from '../database.ts';
import { textsWith, valuesHaveWords } from './text.ts';
import { windowsBack, within } from './windows.ts';
import type { Window } from './windows.ts';
import type { ExecutionCause } from './start.ts';

/** What people see of executions: those under way and those that ended, as one. */

export type ExecutionState = 'ready' | 'running' | 'waiting' | EndState;
type EndState = 'succeeded' | 'failed' | 'cancelled';
const ENDED: ReadonlySet<ExecutionState> = new Set(['succeeded', 'failed', 'cancelled']);

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly fault: string;
  readonly hint?: string;
}

export interface ExecutionView {
  readonly id: string;
  readonly accountId: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly version: number;
  readonly state: ExecutionState;
  readonly cause: ExecutionCause;
  readonly startedBy: string | null;
  readonly triggerId: string | null;
  readonly triggerName: string | null;
  readonly parentId: string | null;
  readonly parentPlace: string | null;
  readonly againOf: string | null;
  readonly againFrom: string | null;
  readonly record: {
    readonly connectionId: string;
    readonly recordType: string;
    readonly id: string;
    readonly version: number | null;
  } | null;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly nextAt: Date | null;
  readonly cancelRequested: boolean;
  readonly cancelledBy: string | null;
  readonly restarts: number;
  readonly steps: number | null;
  readonly error: Failure | null;
}

export interface ExecutionFilter {
  readonly accountId: string;
  readonly workflowId?: string | undefined;
  readonly triggerId?: string | undefined;
  readonly state?: readonly ExecutionState[] | undefined;
  readonly cause?: ExecutionCause | undefined;
  readonly connectionId?: string | undefined;
  readonly recordType?: string | undefined;
  readonly recordId?: string | undefined;
  readonly parentId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Words in the values of the execution and of its steps, the last of which may go on. */
  readonly text?: string | undefined;
}

/** The same columns of both tables, so that they can be read as one. */
const OPEN = sql`
  id, account_id, workflow_id, version, state, cause, started_by, trigger_id, parent_id, parent_place, again_of,
  again_from, record_set_id, record_id, record_version, input, null::jsonb as output, null::jsonb as error,
  null::text as ended_in, queued_at, started_at, null::timestamptz as ended_at, restarts, null::integer as steps,
  cancelled_by, case when state = 'waiting' then next_at end as next_at, cancel_requested_at is not null as cancel_requested
  from middle.execution_open`;
const PAST = sql`
  id, account_id, workflow_id, version, state, cause, started_by, trigger_id, parent_id, parent_place, again_of,
  again_from, record_set_id, record_id, record_version, input, output, error,
  ended_in, queued_at, started_at, ended_at, restarts, steps,
  cancelled_by, null::timestamptz as next_at, false as cancel_requested
  from middle.execution`;

const VIEW = sql`
  e.id, e.account_id as "accountId", e.workflow_id as "workflowId", w.name as "workflowName", e.version, e.state, e.cause,
  case when e.cause = 'api' then coalesce((select k.name from middle.api_key k
    where k.id = case when e.started_by like 'key:%' then substr(e.started_by, 5)::uuid end), e.started_by)
    else e.started_by end as "startedBy", e.trigger_id as "triggerId", t.name as "triggerName", e.parent_id as "parentId",
  e.parent_place as "parentPlace", e.again_of as "againOf", e.again_from as "againFrom",
  case when rs.id is not null then jsonb_build_object('connectionId', rs.connection_id, 'recordType', rs.record_type,
    'id', e.record_id, 'version', e.record_version) end as record,
  e.queued_at as "queuedAt", e.started_at as "startedAt", e.ended_at as "endedAt", e.next_at as "nextAt",
  e.cancel_requested as "cancelRequested", e.cancelled_by as "cancelledBy", e.restarts, e.steps, e.error`;
const NAMES = sql`
  join middle.workflow w on w.id = e.workflow_id
  left join middle.trigger t on t.id = e.trigger_id
  left join middle.record_set rs on rs.id = e.record_set_id`;

/**
 * Newest first. Both tables are read in one statement, so an execution that ends meanwhile is neither lost nor there
 * twice; its id stays, and with it its place in the order.
 * @param page.after id of the last one of the page before
 */
export async function listExecutions(
  db: Queryable,
  filter: ExecutionFilter,
  page: Page,
): Promise<readonly ExecutionView[]> {
  const words = wordsFor(filter);
  if (words === null) return [];
  const sets = await recordSetsMeant(db, filter);
  if (words !== undefined) return searchExecutions(db, filter, page, words, sets);
  const parts = [
    ...(meansOpen(filter) ? [openRows(filter, page, sets)] : []),
    ...(meansEnded(filter) ? [pastRows(conditions(filter, page.after, sets), page.limit)] : []),
  ];
  if (parts.length === 0) return [];
  return readViews(db, sql`${join(parts, ' union all ')}`, page.limit);
}

interface Page {
  readonly limit: number;
  readonly after?: string | undefined;
}

const meansOpen = ({ state }: ExecutionFilter): boolean =>
  state === undefined || state.some((one) => !ENDED.has(one));
const meansEnded = ({ state }: ExecutionFilter): boolean =>
  state === undefined || state.some((one) => ENDED.has(one));

async function readViews(db: Queryable, executions: Sql, limit: number): Promise<readonly ExecutionView[]> {
  const { rows } = await db.query<ExecutionView>(
    sql`select ${VIEW} from (${executions}) e ${NAMES} order by e.id desc limit ${limit}`,
  );
  return rows;
}

function pastRows(where: Sql, limit: number): Sql {
  return sql`(select ${PAST} where ${where} order by id desc limit ${limit})`;
}

/**
 * The same where only few meet the condition: all of them are read before they are put in order. Left to itself
 * Postgres walks back in time, and through millions of executions when a word is nowhere.
 */
function fewPastRows(where: Sql, limit: number): Sql {
  return sql`(with found as materialized (select ${PAST} where ${where})
    select * from found order by id desc limit ${limit})`;
}

/** Workflow by workflow, by the index of each: another account's flood costs nothing. */
function openRows(filter: ExecutionFilter, { limit, after }: Page, sets: RecordSets): Sql {
  const { accountId, workflowId, parentId } = filter;
  const where = conditions(filter, after, sets);
  // What another one began has an index of its own.
  if (parentId !== undefined) return sql`(select ${OPEN} where ${where} order by id desc limit ${limit})`;
  return sql`(select o.* from middle.workflow own cross join lateral (
      select ${OPEN} where workflow_id = own.id and ${where} order by id desc limit ${limit}
    ) o where own.account_id = ${accountId} ${workflowId === undefined ? empty : sql`and own.id = ${workflowId}`}
    order by o.id desc limit ${limit})`;
}

/** Those under way are in no index of words: so many of them, the newest, are looked through. */
const OPEN_SEARCHED = 5_000;

async function searchExecutions(
  db: Queryable,
  filter: ExecutionFilter,
  page: Page,
  words: WordQuery,
  sets: RecordSets,
): Promise<readonly ExecutionView[]> {
  const { limit, after } = page;
  // Those under way first: one that ends between the two is there twice, not lost.
  const open = meansOpen(filter)
    ? await readViews(
        db,
        sql`select * from ${openRows(filter, { limit: OPEN_SEARCHED, after }, sets)} o where ${valuesHaveWords(words)}`,
        limit,
      )
    : [];
  const past = new Map<string, ExecutionView>();
  for (const window of windowsBack(filter, after)) {
    if (!meansEnded(filter) || past.size >= limit) break;
    const ids = join([within(window), ...idConditions(filter, after)], ' and ');
    const where = sql`${conditions(filter, after, sets)} and ${within(window)}`;
    const rows = await pastRowsWith(db, filter, words, { where, ids, window, limit: limit - past.size });
    if (rows === null) continue;
    for (const one of await readViews(db, rows, limit)) past.set(one.id, one);
  }
  const all = [...past.values(), ...open.filter(({ id }) => !past.has(id))];
  return all.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
}

/** So many are looked up one by one; of more, what else is asked for is likely to be rarer than the words. */
const MATCHES_MAX = 5_000;

interface Search {
  readonly where: Sql;
  /** What of it holds of the ids alone. */
  readonly ids: Sql;
  readonly window: Window;
  readonly limit: number;
}

/** Null: the words are nowhere in this window. */
async function pastRowsWith(
  db: Queryable,
  filter: ExecutionFilter,
  words: WordQuery,
  { where, ids, window, limit }: Search,
): Promise<Sql | null> {
  const matches = textsWith(filter, words, ids);
  // As an array it is read once: of so short a stretch Postgres expects a row, and would read it anew for each execution.
  if (window.isShort) return pastRows(sql`${where} and id = any(array(${matches}))`, limit);
  const { rows } = await db.query<{ id: string }>(sql`${matches} limit ${MATCHES_MAX + 1}`);
  if (rows.length === 0) return null;
  if (rows.length > MATCHES_MAX) return fewPastRows(sql`${where} and id in (${matches})`, limit);
  return pastRows(sql`${where} and id = any(${rows.map(({ id }) => id)}::uuid[])`, limit);
}

/** The filter as a condition on middle.execution. */
export function pastConditions(filter: ExecutionFilter): Sql {
  const words = wordsFor(filter);
  if (words === undefined) return conditions(filter);
  return sql`${conditions(filter)} and ${words === null ? sql`false` : sql`id in (${textsWith(filter, words)})`}`;
}

/** Undefined: everything is meant. Null: what is looked for has no word in it, so nothing is. */
function wordsFor({ text = '' }: ExecutionFilter): WordQuery | null | undefined {
  return text.trim() === '' ? undefined : wordQuery(text);
}

/** Undefined: any record, or none. */
type RecordSets = readonly number[] | undefined;

/** Read first: knowing them, Postgres knows whether there are many executions of them or few. */
async function recordSetsMeant(db: Queryable, filter: ExecutionFilter): Promise<RecordSets> {
  const where = recordSetConditions(filter);
  if (where === null) return undefined;
  const { rows } = await db.query<{ id: number }>(sql`select id from middle.record_set where ${where}`);
  return rows.map(({ id }) => id);
}

/** Null: whatever the record set. */
function recordSetConditions({ accountId, connectionId, recordType, recordId }: ExecutionFilter): Sql | null {
  if (connectionId === undefined && recordType === undefined && recordId === undefined) return null;
  return join(
    [
      sql`connection_id in (select id from middle.connection where account_id = ${accountId})`,
      ...(connectionId === undefined ? [] : [sql`connection_id = ${connectionId}`]),
      ...(recordType === undefined ? [] : [sql`record_type = ${recordType}`]),
    ],
    ' and ',
  );
}

function conditions(filter: ExecutionFilter, after?: string, sets?: RecordSets): Sql {
  const { accountId, workflowId, triggerId, state, cause, parentId, recordId } = filter;
  const ofSets = recordSetConditions(filter);
  return join(
    [
      sql`account_id = ${accountId}`,
      ...idConditions(filter, after),
      ...(workflowId === undefined ? [] : [sql`workflow_id = ${workflowId}`]),
      ...(triggerId === undefined ? [] : [sql`trigger_id = ${triggerId}`]),
      ...(state === undefined ? [] : [sql`state = any(${state}::text[])`]),
      ...(cause === undefined ? [] : [sql`cause = ${cause}`]),
      ...(parentId === undefined ? [] : [sql`parent_id = ${parentId}`]),
      ...(recordId === undefined ? [] : [sql`record_id = ${recordId}`]),
      ...(sets !== undefined
        ? [sql`record_set_id = any(${sets}::integer[])`, sql`record_id is not null`]
        : ofSets !== null
          ? [sql`record_set_id in (select id from middle.record_set where ${ofSets})`]
          : []),
    ],
    ' and ',
  );
}

/** An id begins with the moment at which the execution was queued. */
function idConditions({ from, to }: ExecutionFilter, after: string | undefined): readonly Sql[] {
  return [
    ...(after === undefined ? [] : [sql`id < ${after}::uuid`]),
    ...(from === undefined ? [] : [sql`id >= middle.uuid_at(${sinceEpoch(from)})`]),
    ...(to === undefined ? [] : [sql`id < middle.uuid_at(${sinceEpoch(to)})`]),
  ];
}

/** No id is older. */
function sinceEpoch(moment: Date): Date {
  return new Date(Math.max(0, moment.getTime()));
}

export interface ExecutionDetail extends ExecutionView {
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: unknown;
  readonly endedIn: string | null;
}

export async function getExecution(db: Queryable, id: string): Promise<ExecutionDetail | null> {
  const { rows } = await db.query<ExecutionDetail>(sql`
    select ${VIEW}, e.input, e.output, e.ended_in as "endedIn"
    from (select ${OPEN} where id = ${id} union all select ${PAST} where id = ${id}) e ${NAMES} limit 1`);
  return rows[0] ?? null;
}

export interface BulkProgress {
  readonly place: string;
  readonly workflowId: string;
  readonly total: number | null;
  readonly isRead: boolean;
  readonly lookedAt: number;
  readonly begun: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly beganAt: Date;
}

export async function listBulkProgress(db: Queryable, executionId: string): Promise<readonly BulkProgress[]> {
  const { rows } = await db.query<BulkProgress>(sql`
    select place, workflow_id as "workflowId", total::float8 as total, is_read as "isRead",
      looked_at::float8 as "lookedAt", begun::float8 as begun, succeeded::float8 as succeeded, failed::float8 as failed,
      cancelled::float8 as cancelled, began_at as "beganAt"
    from middle.bulk_run where execution_id = ${executionId} order by began_at, place limit 1000`);
  return rows;
}

export interface StepRunView {
  readonly sequence: number;
  readonly place: string;
  readonly kind: string;
  readonly state: 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';
  readonly branch: string | null;
  readonly attempts: number;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: Failure | null;
  readonly tried: readonly {
    readonly invocation?: string | null;
    readonly startedAt?: string | null;
    readonly error: Failure;
  }[];
  readonly invocationId: string | null;
  readonly reused: boolean;
  readonly queuedAt: Date;
  readonly startedAt: Date;
  readonly ranAt: Date | null;
  readonly storedAt: Date;
}

/** In their order, behind the sequence `after`. Without what is sealed. */
export async function listStepRuns(
  db: Queryable,
  executionId: string,
  page: { readonly limit: number; readonly after?: number | undefined },
): Promise<readonly StepRunView[]> {
  const { rows } = await db.query<StepRunView>(sql`
    select sequence, place, kind, state, branch, attempts, input, output, error, coalesce(tried, '[]') as tried,
      invocation_id as "invocationId", reused, queued_at as "queuedAt", started_at as "startedAt", ran_at as "ranAt",
      stored_at as "storedAt"
    from middle.step_run where execution_id = ${executionId}
      ${page.after === undefined ? empty : sql`and sequence > ${page.after}`}
    order by sequence limit ${page.limit}`);
  return rows;
}

/** Asks whoever has it to end it; false: it has ended, or there is no such execution. */
export async function requestCancel(db: Queryable, id: string, by: string): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.execution_open set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
      cancelled_by = coalesce(cancelled_by, ${by})
    where id = ${id}`);
  if (rowCount === 0) return false;
  await db.query(sql`select pg_notify('middle_execution', 'look')`);
  return true;
}
