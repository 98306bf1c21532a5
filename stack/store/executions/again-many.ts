import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { RepeatRefusal } from '@middle/core/workflow/again.ts';
import type { Queryable, Transaction } from '../database.ts';
import { JOB_COLUMNS } from '../jobs.ts';
import type { Job } from '../jobs.ts';
import { pastConditions } from './history.ts';
import type { ExecutionFilter } from './history.ts';

/** Why an execution is left alone. */
export type SkipReason =
  | RepeatRefusal
  | 'succeeded_since'
  | 'repeat_under_way'
  | 'run_again_by_this_job'
  | 'expired'
  | 'unsealing_failed'
  | 'execution_limit';

export interface AgainProgress {
  /** Executions up to this id are done; null: none is yet. */
  readonly afterId: string | null;
  readonly isRead: boolean;
  readonly looked: number;
  readonly begun: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
}

const COUNT_MAX = 100_000;

/** Ended executions before a moment, oldest first: those that begin later are not meant. */
export async function pageEnded(
  db: Queryable,
  filter: ExecutionFilter,
  page: { readonly before: Date; readonly afterId: string | null; readonly limit: number },
): Promise<readonly { readonly id: string; readonly endedIn: string | null }[]> {
  const { rows } = await db.query<{ id: string; endedIn: string | null }>(sql`
    select id, ended_in as "endedIn" from middle.execution
    where ${pastConditions(filter)} and id < middle.uuid_at(${page.before})
      and (${page.afterId}::uuid is null or id > ${page.afterId}::uuid)
    order by id limit ${page.limit}`);
  return rows;
}

/** Null: more than are worth counting. */
export async function countEnded(
  db: Queryable,
  filter: ExecutionFilter,
  before: Date,
): Promise<number | null> {
  const { rows } = await db.query<{ count: number }>(sql`
    select count(*)::integer as count from (
      select from middle.execution where ${pastConditions(filter)} and id < middle.uuid_at(${before})
      limit ${COUNT_MAX + 1}) capped`);
  const count = rows[0]?.count ?? 0;
  return count > COUNT_MAX ? null : count;
}

export interface Kinship {
  /** The execution that the family begins with. */
  readonly root: string;
  /** A later one of the family succeeded. */
  readonly succeededSince: boolean;
  readonly isUnderWay: boolean;
}

/** A chain of repeats is followed so far. */
const CHAIN_MAX = 200;

/** What became of the repeats of executions, also of repeats of repeats and of those beside them. */
export async function readKinship(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Kinship>> {
  const { rows } = await db.query<Kinship & { id: string }>(sql`
    with recursive up as (
      select id as of, id, 0 as depth from unnest(${ids}::uuid[]) id
      union all
      select up.of, coalesce(
        (select again_of from middle.execution where id = up.id),
        (select again_of from middle.execution_open where id = up.id)), depth + 1
      from up where up.id is not null and depth < ${CHAIN_MAX}
    ), root as (
      select distinct on (of) of, id from up where id is not null order by of, depth desc
    ), family as (
      select of, id as root, id, 0 as depth from root
      union all
      select f.of, f.root, c.id, depth + 1 from family f cross join lateral (
        -- A repeat is younger than what it repeats: days before need not be looked at.
        select id from middle.execution where again_of = f.id and id > f.id
        union all select id from middle.execution_open where again_of = f.id) c
      where depth < ${CHAIN_MAX}
    )
    select f.of as id, f.root, bool_or(coalesce(e.state = 'succeeded' and f.id > f.of, false)) as "succeededSince",
      bool_or(o.id is not null) as "isUnderWay"
    from family f left join middle.execution e on e.id = f.id left join middle.execution_open o on o.id = f.id
    group by f.of, f.root`);
  return new Map(rows.map(({ id, ...kinship }) => [id, kinship]));
}

/**
 * The id of the repeat that a job begins for a family: always the same, so none is begun twice. It has the time of the
 * job, by which it is found in history.
 */
export function repeatId(jobId: string, root: string): string {
  const hash = createHash('sha256').update(`${jobId}:${root}`).digest('hex');
  const time = jobId.slice(0, 13);
  const variant = ((Number.parseInt(hash.slice(3, 4), 16) & 3) | 8).toString(16);
  return `${time}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}

/** Those of these executions that there are. */
export async function existing(db: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string }>(sql`
    select id from middle.execution where id = any(${ids}::uuid[])
    union all select id from middle.execution_open where id = any(${ids}::uuid[])`);
  return new Set(rows.map(({ id }) => id));
}

/** Bulk runs of one account look and begin one after the other, so that two of them don't run one execution again both. */
export async function lockAgain(client: Transaction, accountId: string): Promise<void> {
  await client.query(sql`select pg_advisory_xact_lock(hashtextextended(${`again:${accountId}`}, 0))`);
}

export async function readAgainRun(db: Queryable, jobId: string): Promise<AgainProgress> {
  const { rows } = await db.query<AgainProgress>(sql`
    with begun as (insert into middle.again_run (job_id) values (${jobId}) on conflict do nothing)
    select after_id as "afterId", is_read as "isRead", looked_at::float8 as looked, begun::float8 as begun, skipped
    from middle.again_run where job_id = ${jobId}`);
  return rows[0] ?? { afterId: null, isRead: false, looked: 0, begun: 0, skipped: {} };
}

/** @returns false when somebody else moved it since `from` was read: nothing of this transaction may then stay */
export async function moveAgainRun(
  client: Transaction,
  jobId: string,
  from: AgainProgress,
  to: AgainProgress,
): Promise<boolean> {
  const { rowCount } = await client.query(sql`
    update middle.again_run set after_id = ${to.afterId}, is_read = ${to.isRead}, looked_at = ${to.looked},
      begun = ${to.begun}, skipped = ${JSON.stringify(to.skipped)}::jsonb
    where job_id = ${jobId} and looked_at = ${from.looked} and not is_read`);
  return rowCount === 1;
}

export interface RepeatJob extends Job {
  /** Null: not begun, a dry run, or a replay. */
  readonly again: (Pick<AgainProgress, 'looked' | 'begun' | 'skipped'> & { readonly dryRun: false }) | null;
}

/** An account's bulk runs again and replays, newest first. */
export async function listRepeatJobs(
  db: Queryable,
  page: { readonly accountId: string; readonly limit: number; readonly after?: string | undefined },
): Promise<readonly RepeatJob[]> {
  const { rows } = await db.query<RepeatJob>(sql`
    select ${JOB_COLUMNS}, case when r.job_id is not null then jsonb_build_object('dryRun', false,
      'looked', r.looked_at, 'begun', r.begun, 'skipped', r.skipped) end as again
    from middle.job left join middle.again_run r on r.job_id = id
    where kind in ('run_again', 'replay') and input ->> 'accountId' = ${page.accountId}
      and (${page.after ?? null}::uuid is null or id < ${page.after ?? null}::uuid)
    order by id desc limit ${page.limit}`);
  return rows;
}
