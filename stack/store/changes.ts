import type pg from 'pg';
import sql from 'sql-template-tag';

export interface Changes {
  readonly recordSetId: number;
  readonly invocationId: string;
  readonly created: readonly string[];
  readonly updated: readonly string[];
  /** Which version each of `updated` has now. */
  readonly updatedVersions: readonly number[];
  readonly deleted: readonly string[];
}

/** Writes one row of the outbox, in the transaction that made the changes. */
export async function announceChanges(client: pg.PoolClient, changes: Changes): Promise<void> {
  const { created, updated, updatedVersions, deleted } = changes;
  if (created.length + updated.length + deleted.length === 0) return;
  await client.query(sql`
    with announced as (
      insert into middle.change_batch (record_set_id, invocation_id, created_ids, updated_ids, updated_versions,
        deleted_ids)
      values (${changes.recordSetId}, ${changes.invocationId}, ${created}, ${updated}, ${updatedVersions}, ${deleted})
    )
    select pg_notify('middle_change', '')`);
}
