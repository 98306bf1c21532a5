import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { only } from '@middle/store/only.ts';
import type { Database } from '@middle/store/database.ts';

/**
 * Resolves when every transaction that is running now has ended. Outboxes are read up to the oldest running transaction of
 * the whole cluster, which may be one of another test file, in another database.
 */
export async function oldTransactionsOver(db: Database): Promise<void> {
  const { rows } = await db.query<{ next: string }>(
    sql`select pg_snapshot_xmax(pg_current_snapshot())::text as next`,
  );
  const { next } = only(rows);
  for (;;) {
    const { rows: now } = await db.query<{ over: boolean }>(
      sql`select pg_snapshot_xmin(pg_current_snapshot()) >= ${next}::xid8 as over`,
    );
    if (only(now).over) return;
    await sleep(5);
  }
}
