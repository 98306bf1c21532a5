import sql from 'sql-template-tag';
import type { RecordType } from '@middle/core/attribute.ts';
import type { TriggerSight } from '@middle/core/workflow/trigger-rules.ts';
import type { Queryable } from '../database.ts';

/** What the triggers of a record set see: its record type, and the others of its connection. Null: it is gone. */
export async function readSight(db: Queryable, recordSetId: number): Promise<TriggerSight | null> {
  const { rows } = await db.query<{
    connectionId: string;
    recordType: string;
    recordTypes: readonly RecordType[];
  }>(sql`
    select connection_id as "connectionId", record_type as "recordType",
      (select jsonb_agg(o.definition order by o.position, o.id) from middle.record_set o
        where o.connection_id = rs.connection_id) as "recordTypes"
    from middle.record_set rs where rs.id = ${recordSetId}`);
  const [record] = rows;
  return record === undefined ? null : { record };
}
