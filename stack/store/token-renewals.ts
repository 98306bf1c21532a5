import sql from 'sql-template-tag';
import type { Queryable } from './database.ts';

/**
 * One renewal of a connection's token at a time, over all workers. A lease on the row and not a lock: while an outside
 * system takes its time, no database connection is held. Who fills in new credentials takes the lease away, so that a
 * token made with the old ones is never kept.
 */
export async function beginRenewal(
  db: Queryable,
  connectionId: string,
  lease: { readonly holder: string; readonly seconds: number },
): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.connection set token_renewal = ${lease.holder},
      token_renewal_until = now() + make_interval(secs => ${lease.seconds})
    where id = ${connectionId} and (token_renewal is null or token_renewal_until < now())`);
  return rowCount === 1;
}

/** Ends a renewal without a token; false when its lease is another's by now. */
export async function endRenewal(db: Queryable, connectionId: string, holder: string): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.connection set token_renewal = null, token_renewal_until = null
    where id = ${connectionId} and token_renewal = ${holder}`);
  return rowCount === 1;
}

/** Keeps the token and ends its renewal; false when the lease is another's by now, and then nothing changed. */
export async function saveToken(
  db: Queryable,
  connectionId: string,
  token: { readonly holder: string; readonly sealed: Uint8Array; readonly expiresAt: Date | null },
): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    update middle.connection set token = ${token.sealed}, token_expires_at = ${token.expiresAt},
      token_renewed_at = now(), token_renewal = null, token_renewal_until = null, attention = null, attention_at = null
    where id = ${connectionId} and token_renewal = ${token.holder}`);
  return rowCount === 1;
}
