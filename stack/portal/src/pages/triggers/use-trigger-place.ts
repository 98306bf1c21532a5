import { DATETIME, nullable, objectOf, TEXT } from '@middle/core/expression/types.ts';
import type { ExpressionType } from '@middle/core/expression/type.ts';
import type { WorkflowInput } from '@middle/core/workflow/definition.ts';
import { useMemo } from 'react';
import { useApi } from '../../data/api.ts';
import type { Workflow } from '../../data/types.ts';
import type { ExpressionPlace } from '../../expression/place.ts';
import { recordName } from '../../parts/record-name.ts';
import type { TriggerDraft } from './trigger-draft.ts';

const EVENT = objectOf([
  { key: 'kind', title: 'Kind: created, updated or tick', type: TEXT },
  { key: 'at', title: 'When it happened', type: DATETIME },
]);

/** What the expressions of a trigger may name, with the record that changed last to try them on. */
export function useTriggerPlace(workflow: Workflow, draft: TriggerDraft): ExpressionPlace {
  const { accountId, bindings } = workflow;
  const { kind, connectionId, recordType } = draft;
  const isRecord = kind === 'record' && connectionId !== '' && recordType !== '';
  const latest = useApi(
    'listRecords',
    { params: { connectionId, recordType }, query: { limit: 1 } },
    { enabled: isRecord },
  ).data?.items[0];
  return useMemo(() => {
    if (!isRecord) return { accountId, scope: { event: EVENT }, connections: bindings };
    // By the slot's name where the connection fills one, so that the types are those of the workflow's inputs.
    const connection = Object.entries(bindings).find(([, id]) => id === connectionId)?.[0] ?? connectionId;
    const type: ExpressionType = { kind: 'record', connection, recordType };
    return {
      accountId,
      scope: { record: type, previous: nullable(type), event: EVENT },
      connections: { ...bindings, [connection]: connectionId },
      sample:
        latest === undefined
          ? null
          : {
              label: recordName(latest.data) ?? latest.id,
              values: {
                record: latest.data,
                previous: latest.data,
                event: { kind: 'updated', at: latest.updatedAt },
              },
            },
    };
  }, [accountId, bindings, connectionId, recordType, isRecord, latest]);
}

/** Of the version in force, else of the draft: those that the trigger is checked against. */
export function useWorkflowInputs({ id, version, draft }: Workflow): readonly WorkflowInput[] {
  const published = useApi(
    'getWorkflowVersion',
    { params: { workflowId: id, version: version ?? 1 } },
    { enabled: version !== null },
  ).data;
  return version === null ? draft.inputs : (published?.definition.inputs ?? draft.inputs);
}
