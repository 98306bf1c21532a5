import { getInvalidRecord as endpoint } from '@middle/contract/quarantine/get-invalid-record.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getInvalidRecord as get } from '@middle/store/quarantine-reads.ts';
import type { InvalidRecordView } from '@middle/store/quarantine-reads.ts';
import { handler } from '../call.ts';

export const getInvalidRecord = handler(endpoint, async ({ deps, params }) =>
  existingInvalidRecord(deps.database, params.invalidRecordId),
);

export async function existingInvalidRecord(db: Queryable, id: string): Promise<InvalidRecordView> {
  const record = await get(db, id);
  if (record === null) throw new MiddleError('not_found', `there is no invalid record ${id}`);
  return record;
}
