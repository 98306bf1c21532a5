import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { query } from '../../../data/api.ts';
import type { Sample } from '../../../expression/place.ts';
import { recordName } from '../../../parts/record-name.ts';

/** One real record for each input that is a record, so that previews show something before anybody asks. */
export function useSampleInputs(
  { inputs }: WorkflowDefinition,
  bindings: Readonly<Record<string, string>>,
): Sample | null {
  const wanted = inputs.flatMap(({ key, type }) => {
    if (type.kind !== 'record') return [];
    const connectionId = bindings[type.connection];
    return connectionId === undefined ? [] : [{ key, connectionId, recordType: type.recordType }];
  });
  const results = useQueries({
    queries: wanted.map(({ connectionId, recordType }) =>
      query('listRecords', { params: { connectionId, recordType }, query: { limit: 1 } }),
    ),
  });
  const records = wanted.flatMap(({ key }, at) => {
    const record = results[at]?.data?.items[0];
    return record === undefined ? [] : [{ key, record }];
  });
  const text = JSON.stringify(records);
  // The same records stay the same sample, so that nothing is worked out again for it.
  return useMemo(() => {
    if (records.length === 0) return null;
    const values = Object.fromEntries(records.map(({ key, record }) => [key, record.data]));
    const label = records.map(({ record }) => recordName(record.data) ?? record.id).join(', ');
    return { label, values: { inputs: values, variables: {}, steps: {} } };
  }, [text]);
}
