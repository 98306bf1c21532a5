import type { ObjectField } from '@middle/core/expression/type.ts';
import { nullable } from '@middle/core/expression/types.ts';
import { useApi } from '../../../../data/api.ts';

/** What the published version of a workflow takes; null until it is known. */
export function useInputsOf(workflowId: string): readonly ObjectField[] | null {
  const isChosen = workflowId !== '';
  const workflow = useApi('getWorkflow', { params: { workflowId } }, { enabled: isChosen }).data;
  const version = workflow?.version ?? null;
  const published = useApi(
    'getWorkflowVersion',
    { params: { workflowId, version: version ?? 0 } },
    { enabled: version !== null },
  ).data;
  if (published === undefined) return null;
  return published.definition.inputs.map(({ key, title, type, required }) => ({
    key,
    title,
    type: nullable(type, !required),
  }));
}
