import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { openDatabase } from '@middle/store/database.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';

const PAUSE_MILLISECONDS = 20;

/**
 * Delivers messages again while they are being stored, as if their visibility had run out: a queue may, and a kill falls
 * between storing and deleting too rarely. Not so often that a message becomes a dead letter. Returns how many.
 */
export async function redeliver(address: DatabaseAddress, signal: AbortSignal): Promise<number> {
  const database = openDatabase(address, { max: 1 });
  let count = 0;
  try {
    while (!signal.aborted) {
      // Postgres is killed too: then the next look finds it again.
      const again = await database
        .query(
          sql`update queue.message set visible_at = now() where receive_count in (1, 2) and visible_at > now()`,
        )
        .catch(() => null);
      count += again?.rowCount ?? 0;
      await sleep(PAUSE_MILLISECONDS);
    }
  } finally {
    await database.close();
  }
  return count;
}
