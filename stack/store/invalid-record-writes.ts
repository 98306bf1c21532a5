import type pg from 'pg';
import sql from 'sql-template-tag';
import type { Problem } from '@middle/core/record.ts';
import { jsonOf } from './json.ts';

export interface InvalidRecord {
  readonly recordSetId: number | null;
  readonly connectionId: string;
  readonly recordType: string;
  readonly recordId: string | null;
  readonly invocationId: string;
  readonly runId: string | null;
  readonly startedAt: Date;
  readonly sequence: number;
  readonly data: unknown;
  readonly raw: string | null;
  readonly problems: readonly Problem[];
}

/** Sets records aside with their reasons; the valid ones of their batch go on. */
export async function setAside(client: pg.PoolClient, records: readonly InvalidRecord[]): Promise<void> {
  if (records.length === 0) return;
  await client.query(sql`
    insert into middle.invalid_record (record_set_id, connection_id, record_type, record_id, invocation_id, sync_run_id,
      origin_started_at, origin_sequence, data, raw, problems)
    select * from unnest(
      ${records.map((one) => one.recordSetId)}::int[], ${records.map((one) => one.connectionId)}::uuid[],
      ${records.map((one) => one.recordType)}::text[], ${records.map((one) => one.recordId)}::text[],
      ${records.map((one) => one.invocationId)}::uuid[], ${records.map((one) => one.runId)}::uuid[],
      ${records.map((one) => one.startedAt)}::timestamptz[], ${records.map((one) => one.sequence)}::bigint[],
      ${records.map((one) => jsonOf(one.data))}::jsonb[], ${records.map((one) => one.raw)}::text[],
      ${records.map((one) => JSON.stringify(one.problems))}::jsonb[])
    on conflict (invocation_id, origin_sequence) do nothing`);
}
