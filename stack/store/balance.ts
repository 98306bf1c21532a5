import sql from 'sql-template-tag';
import type { Database, Queryable } from './database.ts';

/** Figures of one connection since `since`, all from one snapshot of the tables. */
export interface ConnectionFigures {
  readonly connectionId: string;
  readonly appId: string;
  /** Records that functions sent, as their host counted them at the end. */
  readonly sent: number;
  /** Records in messages that the intake has taken in. */
  readonly accepted: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly older: number;
  readonly setAside: number;
  readonly markedDeleted: number;
  readonly openInvalid: number;
  readonly inFlight: number;
  readonly lostMessages: number;
}

/** One sum that should equal another and does not. */
export interface BalanceDifference {
  readonly name: string;
  readonly expected: number;
  readonly actual: number;
  readonly message: string;
}

/** Of an app as a whole, of one connection of it, or of a workflow. */
export interface Balance {
  readonly appId: string | null;
  readonly connectionId: string | null;
  readonly workflowId: string | null;
  readonly counters: Readonly<Record<string, number>>;
  readonly differences: readonly BalanceDifference[];
  readonly checkedAt: Date;
}

/** Connections with runs that moved after this moment. */
export async function connectionsMovedSince(db: Queryable, since: Date): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(sql`
    select id from middle.connection c where exists (
      select 1 from middle.sync_run r where r.connection_id = c.id
        and (r.progressed_at >= ${since} or r.ended_at >= ${since} or r.queued_at >= ${since}))
      or exists (select 1 from middle.webhook_request w where w.connection_id = c.id and w.id >= middle.uuid_at(${since}))`);
  return rows.map(({ id }) => id);
}

/**
 * Counts and compares one connection in one snapshot. `since` is where history is whole: runs and invocations older
 * than that may have expired. `silentMinutes`: an ended invocation whose messages are still missing after so long.
 */
export async function reconcileConnection(
  database: Database,
  connectionId: string,
  options: { readonly since: Date; readonly silentMinutes: number },
): Promise<{ readonly figures: ConnectionFigures; readonly differences: BalanceDifference[] } | null> {
  return database.transaction(async (client) => {
    await client.query(sql`set transaction isolation level repeatable read, read only`);
    const figures = await readFigures(client, connectionId, options);
    if (figures === null) return null;
    const differences = [
      ...(await runDifferences(client, connectionId, options.since)),
      ...(await invocationDifferences(client, connectionId, options.since)),
      ...(await recordDifferences(client, connectionId, options.since)),
    ];
    return { figures, differences };
  });
}

async function readFigures(
  db: Queryable,
  connectionId: string,
  options: { readonly since: Date; readonly silentMinutes: number },
): Promise<ConnectionFigures | null> {
  const { rows } = await db.query<ConnectionFigures>(sql`
    with runs as (
      select coalesce(sum(created), 0) as created, coalesce(sum(updated), 0) as updated,
        coalesce(sum(unchanged), 0) as unchanged, coalesce(sum(older), 0) as older,
        coalesce(sum(invalid), 0) as invalid, coalesce(sum(deleted), 0) as deleted
      from middle.sync_run where connection_id = ${connectionId} and id >= middle.uuid_at(${options.since})
    ), hooks as (
      select coalesce(sum(created), 0) as created, coalesce(sum(updated), 0) as updated,
        coalesce(sum(unchanged), 0) as unchanged, coalesce(sum(older), 0) as older, coalesce(sum(invalid), 0) as invalid
      from middle.webhook_count where connection_id = ${connectionId} and hour >= ${options.since}
    ), calls as (
      select coalesce(sum(coalesce(sent_records, applied_records)), 0) as sent,
        coalesce(sum(applied_records), 0) as accepted,
        count(*) filter (where state = 'running') as in_flight,
        coalesce(sum(final_sequence - applied_messages) filter (
          where state = 'ended' and final_sequence > applied_messages
            and ended_at < now() - make_interval(mins => ${options.silentMinutes})), 0) as lost
      from middle.invocation
      where connection_id = ${connectionId} and kind in ('sync', 'webhook') and id >= middle.uuid_at(${options.since})
    )
    select c.id as "connectionId", c.app_id as "appId", calls.sent::float8 as sent, calls.accepted::float8 as accepted,
      (runs.created + hooks.created)::float8 as created, (runs.updated + hooks.updated)::float8 as updated,
      (runs.unchanged + hooks.unchanged)::float8 as unchanged, (runs.older + hooks.older)::float8 as older,
      (runs.invalid + hooks.invalid)::float8 as "setAside", runs.deleted::float8 as "markedDeleted",
      (select count(*)::float8 from middle.invalid_record i where i.connection_id = c.id and i.state = 'open') as "openInvalid",
      calls.in_flight::float8 as "inFlight", calls.lost::float8 as "lostMessages"
    from middle.connection c, runs, hooks, calls where c.id = ${connectionId}`);
  return rows[0] ?? null;
}

/** Each record that was accepted is created, updated, unchanged, older or set aside; each one set aside has its row. */
async function runDifferences(
  db: Queryable,
  connectionId: string,
  since: Date,
): Promise<BalanceDifference[]> {
  const { rows } = await db.query<{
    id: string;
    accepted: number;
    stored: number;
    invalid: number;
    aside: number;
  }>(sql`
    select * from (
      select r.id, r.created + r.updated + r.unchanged + r.older + r.invalid as stored, r.invalid,
        (select coalesce(sum(i.applied_records), 0)::integer from middle.invocation i where i.sync_run_id = r.id) as accepted,
        (select count(*)::integer from middle.invalid_record q where q.sync_run_id = r.id) as aside
      from middle.sync_run r
      where r.connection_id = ${connectionId} and r.id >= middle.uuid_at(${since})
    ) counted
    where stored <> accepted or invalid <> aside
    order by id limit 20`);
  const records = rows
    .filter(({ stored, accepted }) => stored !== accepted)
    .map(({ id, stored, accepted }) =>
      difference(
        'run_records',
        accepted,
        stored,
        `run ${id} accepted ${accepted} records and accounts for ${stored}`,
      ),
    );
  const setAside = rows
    .filter(({ invalid, aside }) => invalid !== aside)
    .map(({ id, invalid, aside }) =>
      difference(
        'run_set_aside',
        invalid,
        aside,
        `run ${id} set ${invalid} records aside, ${aside} are there`,
      ),
    );
  return [...records, ...setAside];
}

/** What a function sent is what was accepted, once all its messages are. */
async function invocationDifferences(
  db: Queryable,
  connectionId: string,
  since: Date,
): Promise<BalanceDifference[]> {
  const { rows } = await db.query<{ id: string; sent: number; applied: number }>(sql`
    select id, sent_records as sent, applied_records as applied from middle.invocation
    where connection_id = ${connectionId} and kind in ('sync', 'webhook') and id >= middle.uuid_at(${since})
      and final_sequence is not null and applied_messages = final_sequence
      and sent_records is not null and sent_records <> applied_records
    order by id limit 20`);
  return rows.map(({ id, sent, applied }) =>
    difference(
      'invocation_records',
      sent,
      applied,
      `invocation ${id} sent ${sent} records, ${applied} were accepted`,
    ),
  );
}

/** Counting more records than this takes longer than a check every half minute should. */
const COUNTED_RECORDS = 200_000;

/**
 * Records are there that were created, and no others; over the whole connection, because a function may emit other
 * record types than its sync's. Checked while no run of the connection has expired and no record can have, and, by
 * the planner's estimate, while counting is quick.
 */
async function recordDifferences(
  db: Queryable,
  connectionId: string,
  since: Date,
): Promise<BalanceDifference[]> {
  const { rows } = await db.query<{ created: number; reprocessed: number; records: number }>(sql`
    select
      (select coalesce(sum(r.created), 0)::integer from middle.sync_run r where r.connection_id = c.id)
        + (select coalesce(sum(w.created), 0)::integer from middle.webhook_count w where w.connection_id = c.id) as created,
      (select count(*)::integer from middle.invalid_record q where q.connection_id = c.id and q.state = 'reprocessed') as reprocessed,
      (select count(*)::integer from middle.record_set s join middle.record d on d.record_set_id = s.id
        where s.connection_id = c.id) as records
    from middle.connection c
    where c.id = ${connectionId} and c.created_at >= ${since}
      and coalesce((select (value ->> 'recordDays')::integer from middle.setting where key = 'retention'), 0) = 0
      and not exists (select 1 from middle.record_set s where s.connection_id = c.id and s.retention_days is not null)
      and (select coalesce(sum(p.reltuples), 0) from middle.record_set s join pg_class p
        on p.oid = to_regclass('middle.record_' || s.id) where s.connection_id = c.id) < ${COUNTED_RECORDS}`);
  return rows
    .filter(({ created, reprocessed, records }) => records < created || records > created + reprocessed)
    .map(({ created, records }) =>
      difference('records', created, records, `${created} records were created, ${records} are there`),
    );
}

const difference = (name: string, expected: number, actual: number, message: string): BalanceDifference => ({
  name,
  expected,
  actual,
  message,
});

export async function saveBalance(db: Queryable, balance: Omit<Balance, 'checkedAt'>): Promise<void> {
  const { appId, connectionId, workflowId } = balance;
  const subject =
    workflowId !== null
      ? `workflow:${workflowId}`
      : connectionId === null
        ? `app:${appId}`
        : `connection:${connectionId}`;
  await db.query(sql`
    insert into middle.balance (subject, app_id, connection_id, workflow_id, counters, differences, checked_at)
    values (${subject}, ${appId}, ${connectionId}, ${workflowId}, ${JSON.stringify(balance.counters)}::jsonb,
      ${JSON.stringify(balance.differences)}::jsonb, now())
    on conflict (subject) do update set counters = excluded.counters, differences = excluded.differences,
      checked_at = excluded.checked_at`);
}

export interface ListedBalance extends Balance {
  /** Null: of a workflow. */
  readonly appKey: string | null;
  readonly connectionName: string | null;
  readonly workflowName: string | null;
  /** Null: of an app, so of all accounts. */
  readonly accountId: string | null;
  readonly accountName: string | null;
}

/** What the last reconciliation found: apps, each followed by its connections, then workflows by account. */
export async function listBalances(db: Queryable): Promise<readonly ListedBalance[]> {
  const { rows } = await db.query<ListedBalance>(sql`
    select b.app_id as "appId", a.key as "appKey", b.connection_id as "connectionId", c.name as "connectionName",
      b.workflow_id as "workflowId", w.name as "workflowName", n.id as "accountId", n.name as "accountName",
      b.counters, b.differences, b.checked_at as "checkedAt"
    from middle.balance b left join middle.app a on a.id = b.app_id left join middle.connection c on c.id = b.connection_id
    left join middle.workflow w on w.id = b.workflow_id
    left join middle.account n on n.id = coalesce(c.account_id, w.account_id)
    order by a.key nulls last, c.name nulls first, n.name, w.name, b.subject`);
  return rows;
}

export async function listAppsWithConnections(
  db: Queryable,
): Promise<readonly { id: string; key: string }[]> {
  const { rows } = await db.query<{ id: string; key: string }>(sql`
    select id, key from middle.app a where exists (select 1 from middle.connection c where c.app_id = a.id) order by key`);
  return rows;
}

/** The counters of an app's connections, as last saved. */
export async function listConnectionCounters(
  db: Queryable,
  appId: string,
): Promise<readonly Record<string, number>[]> {
  const { rows } = await db.query<{ counters: Record<string, number> }>(sql`
    select counters from middle.balance where app_id = ${appId} and connection_id is not null`);
  return rows.map(({ counters }) => counters);
}
