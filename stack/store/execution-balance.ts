import sql from 'sql-template-tag';
import type { BalanceDifference } from './balance.ts';
import type { Database, Queryable } from './database.ts';

/** A difference of one day, which is looked at again until it is gone. */
export interface DayDifference extends BalanceDifference {
  readonly day: string;
}

/** What the books say of one workflow's executions that are still there, over all days. */
export interface ExecutionFigures {
  readonly started: number;
  readonly waiting: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly expired: number;
  readonly byTriggers: number;
}

/** Books and tallies together, in one snapshot: each start and end once, folded yet or not. */
const BOOKED = sql`(
  select workflow_id, day, trigger_id, started, succeeded, failed, cancelled, expired, moved_at from middle.execution_book
  union all
  select workflow_id, day, trigger_id, started, succeeded, failed, cancelled, expired, now() from middle.execution_tally)`;

/** Days whose books moved after this moment, as YYYY-MM-DD. */
export async function daysMovedSince(db: Queryable, since: Date): Promise<string[]> {
  const { rows } = await db.query<{ day: string }>(sql`
    select distinct to_char(day, 'YYYY-MM-DD') as day from middle.execution_book where moved_at >= ${since} order by 1`);
  return rows.map(({ day }) => day);
}

/**
 * Compares the books with the executions that are there, day by day, and with what triggers counted, all in one
 * snapshot. `countsSince`: from this day on the counts of triggers are whole.
 */
export async function reconcileExecutions(
  database: Database,
  days: readonly string[],
  countsSince: string,
): Promise<{
  readonly figures: readonly {
    readonly workflowId: string;
    readonly movedAt: Date;
    readonly counters: ExecutionFigures;
  }[];
  readonly differences: ReadonlyMap<string, readonly DayDifference[]>;
}> {
  return database.transaction(async (client) => {
    await client.query(sql`set transaction isolation level repeatable read, read only`);
    const found = new Map<string, DayDifference[]>();
    const note = (workflowId: string, differences: readonly DayDifference[]): void => {
      if (differences.length > 0) found.set(workflowId, [...(found.get(workflowId) ?? []), ...differences]);
    };
    for (const day of days) {
      for (const row of await readDay(client, day)) note(row.workflowId, differencesOf(day, row));
    }
    for (const { workflowId, ...difference } of await triggerDifferences(client, countsSince))
      note(workflowId, [difference]);
    return { figures: await readFigures(client), differences: found };
  });
}

interface DayRow {
  readonly workflowId: string;
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly open: number;
  readonly ended: number;
  readonly endedFailed: number;
  readonly endedCancelled: number;
}

async function readDay(db: Queryable, day: string): Promise<DayRow[]> {
  const from = new Date(`${day}T00:00:00Z`);
  const to = new Date(from.getTime() + 86_400_000);
  const within = sql`id >= middle.uuid_at(${from}) and id < middle.uuid_at(${to})`;
  // Two counts, since each is answered by an index: all ended ones, and those that did not succeed.
  const { rows } = await db.query<DayRow>(sql`
    with booked as (
      select workflow_id, sum(started) as started, sum(succeeded) as succeeded, sum(failed) as failed,
        sum(cancelled) as cancelled from ${BOOKED} b where day = ${day}::date group by workflow_id
    ), ended as (
      select workflow_id, count(*) as ended from middle.execution where ${within} group by workflow_id
    ), bad as (
      select workflow_id, count(*) filter (where state = 'failed') as failed,
        count(*) filter (where state = 'cancelled') as cancelled
      from middle.execution where ${within} and state <> 'succeeded' group by workflow_id
    ), open as (
      select workflow_id, count(*) as open from middle.execution_open where ${within} group by workflow_id
    )
    select workflow_id as "workflowId", coalesce(booked.started, 0)::float8 as started,
      coalesce(booked.succeeded, 0)::float8 as succeeded, coalesce(booked.failed, 0)::float8 as failed,
      coalesce(booked.cancelled, 0)::float8 as cancelled, coalesce(open.open, 0)::float8 as open,
      coalesce(ended.ended, 0)::float8 as ended, coalesce(bad.failed, 0)::float8 as "endedFailed",
      coalesce(bad.cancelled, 0)::float8 as "endedCancelled"
    from booked full join ended using (workflow_id) full join bad using (workflow_id) full join open using (workflow_id)`);
  return rows;
}

function differencesOf(day: string, row: DayRow): DayDifference[] {
  const there = row.open + row.ended;
  const sums: [string, number, number, string][] = [
    [
      'executions_started',
      row.started,
      there,
      `${row.started} executions of ${day} were started, ${there} are there`,
    ],
    [
      'executions_succeeded',
      row.succeeded,
      row.ended - row.endedFailed - row.endedCancelled,
      `${row.succeeded} executions of ${day} succeeded, ${row.ended - row.endedFailed - row.endedCancelled} are there`,
    ],
    [
      'executions_failed',
      row.failed,
      row.endedFailed,
      `${row.failed} executions of ${day} failed, ${row.endedFailed} are there`,
    ],
    [
      'executions_cancelled',
      row.cancelled,
      row.endedCancelled,
      `${row.cancelled} executions of ${day} were cancelled, ${row.endedCancelled} are there`,
    ],
  ];
  return sums
    .filter(([, expected, actual]) => expected !== actual)
    .map(([name, expected, actual, message]) => ({ name, expected, actual, message, day }));
}

/** What each trigger counted as started is what was started by it, also what has expired since. */
async function triggerDifferences(
  db: Queryable,
  since: string,
): Promise<(DayDifference & { readonly workflowId: string })[]> {
  const { rows } = await db.query<{
    workflowId: string;
    trigger: string;
    counted: number;
    started: number;
  }>(sql`
    with counted as (
      select trigger_id, sum(started + failed) as counted from middle.trigger_count
      where hour >= ${since}::date::timestamp at time zone 'UTC' group by trigger_id
    ), started as (
      select trigger_id, sum(started + expired) as started from ${BOOKED} b
      where trigger_id is not null and day >= ${since}::date group by trigger_id
    )
    select t.workflow_id as "workflowId", t.name as trigger, coalesce(counted, 0)::float8 as counted,
      coalesce(started, 0)::float8 as started
    from middle.trigger t left join counted c on c.trigger_id = t.id left join started s on s.trigger_id = t.id
    where coalesce(counted, 0) <> coalesce(started, 0)`);
  return rows.map(({ workflowId, trigger, counted, started }) => ({
    workflowId,
    name: 'trigger_executions',
    expected: counted,
    actual: started,
    message: `the trigger ${trigger} started ${counted} executions, ${started} are in the books`,
    day: since,
  }));
}

type Figured = Awaited<ReturnType<typeof reconcileExecutions>>['figures'];

async function readFigures(db: Queryable): Promise<Figured> {
  const { rows } = await db.query<Figured[number]['counters'] & { workflowId: string; movedAt: Date }>(sql`
    with booked as (
      select workflow_id, max(moved_at) as moved_at, sum(started) as started, sum(succeeded) as succeeded,
        sum(failed) as failed, sum(cancelled) as cancelled, sum(expired) as expired,
        coalesce(sum(started) filter (where trigger_id is not null), 0) as by_triggers
      from ${BOOKED} b group by workflow_id
    ), open as (
      select workflow_id, count(*) filter (where state = 'running') as running,
        count(*) filter (where state <> 'running') as waiting from middle.execution_open group by workflow_id
    )
    select w.id as "workflowId", moved_at as "movedAt", started::float8 as started,
      coalesce(waiting, 0)::float8 as waiting, coalesce(running, 0)::float8 as running, succeeded::float8 as succeeded,
      failed::float8 as failed, cancelled::float8 as cancelled, expired::float8 as expired,
      by_triggers::float8 as "byTriggers"
    from booked join middle.workflow w on w.id = booked.workflow_id left join open on open.workflow_id = w.id`);
  return rows.map(({ workflowId, movedAt, ...counters }) => ({ workflowId, movedAt, counters }));
}

/** Workflows and days with a difference that was found before. */
export async function knownDifferences(
  db: Queryable,
): Promise<readonly { readonly workflowId: string; readonly day: string }[]> {
  const { rows } = await db.query<{ workflowId: string; day: string }>(sql`
    select distinct workflow_id as "workflowId", d ->> 'day' as day
    from middle.balance, jsonb_array_elements(differences) d where workflow_id is not null`);
  return rows;
}
