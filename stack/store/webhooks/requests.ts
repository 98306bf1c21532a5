import sql, { empty } from 'sql-template-tag';
import type { RunError } from '@middle/core/run-outcome.ts';
import type { WebhookDefinition } from '@middle/core/manifest.ts';
import type { Queryable } from '../database.ts';

export type RequestState = 'waiting' | 'running' | 'processed' | 'refused' | 'dead';

/** A received request as people see it, without its content. */
export interface RequestView {
  readonly id: string;
  readonly connectionId: string;
  readonly webhook: string;
  readonly method: string;
  readonly bytes: number;
  readonly receivedAt: Date;
  readonly state: RequestState;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly settledAt: Date | null;
  readonly invocationId: string | null;
  readonly error: RunError | null;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly older: number;
  readonly invalid: number;
}

const COLUMNS = sql`r.id, r.connection_id as "connectionId", r.webhook, r.method, r.bytes, r.received_at as "receivedAt",
  r.state, r.attempts, case when r.state = 'waiting' then r.next_at end as "nextAttemptAt",
  r.settled_at as "settledAt", r.invocation_id as "invocationId", r.error, r.created, r.updated, r.unchanged, r.older,
  r.invalid`;

/** Newest first; `after` is the id of the last request of the page before. */
export async function listRequests(
  db: Queryable,
  page: {
    readonly connectionId: string;
    readonly states?: readonly RequestState[] | undefined;
    readonly webhook?: string | undefined;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<readonly RequestView[]> {
  const { rows } = await db.query<RequestView>(sql`
    select ${COLUMNS} from middle.webhook_request r where r.connection_id = ${page.connectionId}
      ${page.states === undefined ? empty : sql`and r.state = any(${page.states})`}
      ${page.webhook === undefined ? empty : sql`and r.webhook = ${page.webhook}`}
      ${page.after === undefined ? empty : sql`and r.id < ${page.after}`}
    order by r.id desc limit ${page.limit}`);
  return rows;
}

export async function getRequest(
  db: Queryable,
  connectionId: string,
  id: string,
): Promise<(RequestView & { readonly sealed: Uint8Array }) | null> {
  const { rows } = await db.query<RequestView & { sealed: Uint8Array }>(sql`
    select ${COLUMNS}, r.sealed from middle.webhook_request r
    where r.connection_id = ${connectionId} and r.id = ${id}`);
  return rows[0] ?? null;
}

/** Puts requests that ended badly back; all that are dead without ids. They go before what came after them. */
export async function redriveRequests(
  db: Queryable,
  connectionId: string,
  ids: readonly string[] | undefined,
): Promise<number> {
  const which =
    ids === undefined ? sql`state = 'dead'` : sql`state in ('dead', 'refused') and id = any(${ids}::uuid[])`;
  const { rowCount } = await db.query(sql`
    update middle.webhook_request set state = 'waiting', attempts = 0, restarts = 0, next_at = clock_timestamp(),
      settled_at = null
    where connection_id = ${connectionId} and ${which}`);
  await db.query(sql`select pg_notify('middle_webhook', '')`);
  return rowCount ?? 0;
}

export async function deleteRequests(
  db: Queryable,
  connectionId: string,
  ids: readonly string[],
): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.webhook_request
    where connection_id = ${connectionId} and state in ('dead', 'refused') and id = any(${ids}::uuid[])`);
  return rowCount ?? 0;
}

/** A connection's webhooks, with what came of them in the last day. */
export interface WebhooksView {
  readonly webhooks: readonly WebhookDefinition[];
  readonly generation: number;
  readonly previousUntil: Date | null;
  readonly waiting: number;
  readonly dead: number;
}

export interface WebhookDay {
  readonly webhook: string;
  readonly processed: number;
  readonly refused: number;
  readonly dead: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly invalid: number;
}

export async function readWebhooks(db: Queryable, connectionId: string): Promise<WebhooksView | null> {
  const { rows } = await db.query<WebhooksView>(sql`
    select coalesce(v.manifest -> 'webhooks', '[]') as webhooks, coalesce(a.generation, 0) as generation,
      case when a.previous_until > now() then a.previous_until end as "previousUntil",
      (select count(*)::integer from (select from middle.webhook_request r
        where r.connection_id = c.id and r.state in ('waiting', 'running') limit 10000) capped) as waiting,
      (select count(*)::integer from (select from middle.webhook_request r
        where r.connection_id = c.id and r.state = 'dead' limit 1000) capped) as dead
    from middle.connection c
    join middle.app_version v on v.id = c.app_version_id
    left join middle.webhook_address a on a.connection_id = c.id
    where c.id = ${connectionId}`);
  return rows[0] ?? null;
}

export async function readWebhookDays(db: Queryable, connectionId: string): Promise<readonly WebhookDay[]> {
  const { rows } = await db.query<WebhookDay>(sql`
    select webhook, sum(processed)::integer as processed, sum(refused)::integer as refused, sum(dead)::integer as dead,
      sum(created)::integer as created, sum(updated)::integer as updated, sum(unchanged)::integer as unchanged,
      sum(invalid)::integer as invalid
    from middle.webhook_count where connection_id = ${connectionId} and hour > now() - interval '1 day'
    group by webhook`);
  return rows;
}

/** When each webhook last received something that is still kept. */
export async function readLastReceived(
  db: Queryable,
  connectionId: string,
  webhooks: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await db.query<{ webhook: string; at: Date }>(sql`
    select w.webhook, last.received_at as at from unnest(${webhooks}::text[]) w(webhook)
    cross join lateral (select r.received_at from middle.webhook_request r
      where r.connection_id = ${connectionId} and r.webhook = w.webhook order by r.id desc limit 1) last`);
  return new Map(rows.map(({ webhook, at }) => [webhook, at]));
}

/** Deletes what was settled before: processed and refused ones by the first age, dead ones by the second. */
export async function expireRequests(
  db: Queryable,
  before: { readonly settled: Date; readonly dead: Date },
  limit: number,
): Promise<number> {
  const { rowCount } = await db.query(sql`
    delete from middle.webhook_request where id in (
      select id from middle.webhook_request
      where settled_at is not null and id < middle.uuid_at(${before.settled})
        and settled_at < case state when 'dead' then ${before.dead}::timestamptz else ${before.settled}::timestamptz end
      order by id limit ${limit})`);
  return rowCount ?? 0;
}

export async function expireCounts(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(sql`delete from middle.webhook_count where hour < ${before}`);
  return rowCount ?? 0;
}
