import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '@middle/store/client.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import type { Client } from 'pg';
import type { StoredBase } from './archive.ts';

/** Shorter than the second after which Postgres would end a writer that waits for us in a circle. */
const LOCK = '200ms';
const TRIES = 20;
const TRY_MILLISECONDS = 250;

/**
 * Counts the rows of every table at one moment, and marks that moment in the log: a copy that is replayed up to the mark
 * must have exactly as many. For the moment of the mark writers are kept out; the counting itself, which takes longer,
 * sees what was then and holds nobody.
 * @returns null when writers left no moment free
 */
export function countRows(superuser: DatabaseAddress, mark: string): Promise<StoredBase['counted']> {
  return withClient(superuser, (locker) =>
    withClient(superuser, async (counter) => {
      const tables = await listTables(counter);
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        if (await markMoment(locker, counter, tables, mark))
          return { mark, rows: await count(counter, tables) };
        await sleep(TRY_MILLISECONDS);
      }
      return null;
    }),
  );
}

/** How many rows each table has now. */
export function countNow(superuser: DatabaseAddress): Promise<Record<string, number>> {
  return withClient(superuser, async (client) => count(client, await listTables(client)));
}

async function markMoment(
  locker: Client,
  counter: Client,
  tables: readonly string[],
  mark: string,
): Promise<boolean> {
  await locker.query('begin');
  try {
    await locker.query(`set local lock_timeout = '${LOCK}'`);
    await locker.query(`lock table ${tables.join(', ')} in share mode`);
    await counter.query('begin isolation level repeatable read read only');
    // The first query decides what the transaction sees.
    await counter.query('select 1 from pg_class limit 1');
    await locker.query('select pg_create_restore_point($1)', [mark]);
    await locker.query('commit');
    return true;
  } catch {
    await locker.query('rollback');
    await counter.query('rollback');
    return false;
  }
}

/** Every table, partitioned ones as a whole, with its schema and quoted. */
async function listTables(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'
      and n.nspname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function count(client: Client, tables: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const { rows } = await client.query<{ count: string }>(`select count(*) from ${table}`);
    counts[table] = Number(rows[0]?.count);
  }
  return counts;
}
