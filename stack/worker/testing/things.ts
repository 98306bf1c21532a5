import sql from 'sql-template-tag';
import type { ExecutionWorld } from './execution-world.ts';
import { seedRecordSet, storeRecords } from './seed.ts';

const THING = {
  key: 'thing',
  title: 'Thing',
  attributes: [
    { key: 'id', type: 'primary_id', title: 'Id' },
    { key: 'n', type: 'number', title: 'N' },
    { key: 'parent', type: 'foreign_key', references: 'thing', title: 'Parent' },
    { key: 'note', type: 'string', title: 'Note' },
  ],
};
/** Of a workflow over them. */
export const slots = { connections: [{ key: 'app', title: 'App', app: 'test' }] };
export const source = { connection: 'app', recordType: 'thing' };

/** Records of one type, of a connection of the world's account. */
export async function withThings(stack: ExecutionWorld) {
  const { connectionId, recordSet } = await seedRecordSet(stack.owner);
  await stack.owner.query(sql`update middle.connection set account_id = ${stack.accountId}`);
  await stack.owner.query(sql`update middle.record_set set definition = ${JSON.stringify(THING)}`);
  const store = (
    records: readonly { id: string; n: number; parent?: string | null; note?: string | null }[],
  ): Promise<void> =>
    storeRecords(
      stack.owner,
      recordSet,
      records.map(({ id, n, parent = null, note = null }) => ({ id, data: { id, n, parent, note } })),
    );
  return { options: { bindings: { app: connectionId } }, recordSet, store };
}
