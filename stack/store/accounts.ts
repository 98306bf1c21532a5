import sql, { empty } from 'sql-template-tag';
import type { Queryable } from './database.ts';
import { only } from './only.ts';

export interface Account {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  /** The master switch. */
  readonly enabled: boolean;
  readonly createdAt: Date;
}

export interface AccountSummary extends Account {
  readonly connections: number;
  readonly attention: number;
  readonly invalidRecords: number;
  readonly openRuns: number;
  /** Alerts that nobody looks after yet. */
  readonly openAlerts: number;
}

const COLUMNS = sql`a.id, a.key, a.name, a.enabled, a.created_at as "createdAt"`;

const COUNTS = sql`
  (select count(*)::int from middle.connection c where c.account_id = a.id) as connections,
  (select count(*)::int from middle.connection c where c.account_id = a.id and c.attention is not null) as attention,
  (select count(*)::int from (
    select from middle.connection c join middle.invalid_record i on i.connection_id = c.id and i.state = 'open'
    where c.account_id = a.id limit 1000) capped) as "invalidRecords",
  (select count(*)::int from middle.connection c
    join middle.sync_run r on r.connection_id = c.id and r.state in ('queued', 'running', 'storing')
    where c.account_id = a.id) as "openRuns",
  (select count(*)::int from middle.alert l
    where l.account_id = a.id and l.cleared_at is null and l.acknowledged_at is null) as "openAlerts"`;

/** By id or by key. */
export async function findAccount(db: Queryable, ref: string): Promise<Account | null> {
  const { rows } = await db.query<Account>(
    sql`select ${COLUMNS} from middle.account a where a.id::text = ${ref} or a.key = ${ref}`,
  );
  return rows[0] ?? null;
}

export async function getAccountSummary(db: Queryable, id: string): Promise<AccountSummary | null> {
  const { rows } = await db.query<AccountSummary>(
    sql`select ${COLUMNS}, ${COUNTS} from middle.account a where a.id = ${id}`,
  );
  return rows[0] ?? null;
}

/** In the order of names. `visible` null: all of them. */
export async function listAccounts(
  db: Queryable,
  page: {
    readonly visible: readonly string[] | null;
    readonly limit: number;
    readonly after?: { readonly name: string; readonly id: string } | undefined;
  },
): Promise<readonly AccountSummary[]> {
  const { rows } = await db.query<AccountSummary>(sql`
    select ${COLUMNS}, ${COUNTS} from middle.account a where true
      ${page.visible === null ? empty : sql`and a.id = any(${page.visible})`}
      ${page.after === undefined ? empty : sql`and (a.name, a.id) > (${page.after.name}, ${page.after.id})`}
    order by a.name, a.id limit ${page.limit}`);
  return rows;
}

export async function addAccount(
  db: Queryable,
  account: Pick<Account, 'key' | 'name' | 'enabled'>,
): Promise<Account> {
  const { rows } = await db.query<Account>(sql`
    insert into middle.account as a (key, name, enabled) values (${account.key}, ${account.name}, ${account.enabled})
    returning ${COLUMNS}`);
  return only(rows);
}

/** Wakes the syncs, whose ticks depend on the master switch. */
export async function updateAccount(
  db: Queryable,
  id: string,
  change: { readonly name?: string | undefined; readonly enabled?: boolean | undefined },
): Promise<void> {
  await db.query(sql`
    update middle.account set name = coalesce(${change.name ?? null}, name),
      enabled = coalesce(${change.enabled ?? null}, enabled) where id = ${id}`);
  await db.query(sql`select pg_notify('middle_sync', '')`);
}

/** Its connections must be gone already: deleting them also drops their records' partitions. */
export async function deleteAccount(db: Queryable, id: string): Promise<void> {
  await db.query(sql`delete from middle.account where id = ${id}`);
}
