import { MiddleError } from '@middle/core/errors.ts';
import { withClient } from '@middle/store/client.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';

/**
 * Checks that each B-tree index is in order and agrees with itself; the pages it reads are checked by their checksums.
 * @returns how many there are
 * @throws MiddleError restore_failed with what is wrong
 */
export function checkIndexes(superuser: DatabaseAddress): Promise<number> {
  return withClient(superuser, async (client) => {
    await client.query('begin');
    try {
      await client.query('create schema middle_check');
      await client.query('create extension amcheck schema middle_check');
      const { rows } = await client.query<{ name: string; oid: number }>(
        `select c.oid::int8::int4 as oid, c.oid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indexrelid
        join pg_am a on a.oid = c.relam where a.amname = 'btree' and c.relkind = 'i' and i.indisvalid
          and c.relpersistence = 'p'`,
      );
      for (const { name, oid } of rows) {
        await client.query('select middle_check.bt_index_check($1::oid)', [oid]).catch((cause: unknown) => {
          const said = cause instanceof Error ? cause.message : String(cause);
          throw new MiddleError('restore_failed', `The index ${name} is damaged: ${said}`, {
            hint: 'Choose another moment, or another base backup.',
            cause,
          });
        });
      }
      return rows.length;
    } finally {
      // Nothing of the check stays in the database.
      await client.query('rollback');
    }
  });
}
