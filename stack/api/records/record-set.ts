import type { Attribute } from '@middle/core/attribute.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getRecord } from '@middle/store/record-reads.ts';
import type { WholeRecord } from '@middle/store/record-reads.ts';
import { findRecordSet, listRecordSets } from '@middle/store/record-sets.ts';
import type { RecordSet } from '@middle/store/record-sets.ts';

interface SetParams {
  readonly connectionId: string;
  readonly recordType: string;
}

export async function existingRecordSet(db: Queryable, params: SetParams): Promise<RecordSet> {
  const set = await findRecordSet(db, params.connectionId, params.recordType);
  if (set !== null) return set;
  const known = (await listRecordSets(db, params.connectionId)).map(({ recordType }) => recordType.key);
  throw new MiddleError('not_found', `The connection has no record type ${params.recordType}.`, {
    ...(known.length > 0 && { hint: `It has: ${known.join(', ')}.` }),
  });
}

export async function existingRecord(
  db: Queryable,
  params: SetParams & { readonly recordId: string },
): Promise<{ set: RecordSet; record: WholeRecord }> {
  const set = await existingRecordSet(db, params);
  const record = await getRecord(db, set.id, params.recordId);
  if (record === null)
    throw new MiddleError(
      'not_found',
      `There is no record ${params.recordId} of the type ${params.recordType}.`,
      { hint: 'It may have expired, or the source never sent it; a lookup sync can fetch it.' },
    );
  return { set, record };
}

export function foreignKeysOf(set: RecordSet): readonly (Attribute & { readonly references: string })[] {
  return set.recordType.attributes.flatMap((attribute) =>
    attribute.type === 'foreign_key' && attribute.references !== undefined
      ? [{ ...attribute, references: attribute.references }]
      : [],
  );
}
