import { useQueries } from '@tanstack/react-query';
import { query, useApiPages } from '../../data/api.ts';
import type { Workflow, WorkflowSummary } from '../../data/types.ts';
import { withCalled } from './draft.ts';
import type { Draft } from './draft.ts';

export interface Template {
  /** Of the account. */
  readonly workflows: readonly WorkflowSummary[];
  /** Variables of those that are chosen and of those that they call, each key once. */
  readonly variables: readonly Workflow['draft']['variables'][number][];
  /** Names of workflows that come along because chosen ones call them. */
  readonly calledBy: (chosen: readonly string[]) => readonly string[];
}

/** What a module could be made of. */
export function useTemplate({ accountId, features }: Draft): Template {
  const { items } = useApiPages('listWorkflows', { params: { accountId }, query: { limit: 200 } });
  const chosen = features.flatMap(({ workflows }) => workflows);
  const loaded = useLoaded(chosen);
  const variables = loaded.flatMap(({ draft }) => draft.variables);
  return {
    workflows: items,
    variables: variables.filter(({ key }, index) => variables.findIndex((one) => one.key === key) === index),
    calledBy: (ids) =>
      withCalled(ids, loaded)
        .filter((id) => !ids.includes(id))
        .flatMap((id) => items.find((one) => one.id === id)?.name ?? []),
  };
}

/** Three rounds reach what is called by what is called; the API takes along all of it anyway. */
function useLoaded(chosen: readonly string[]): readonly Workflow[] {
  const first = useWorkflows([...new Set(chosen)]);
  const second = useWorkflows(withCalled(chosen, first));
  return useWorkflows(withCalled(chosen, second));
}

function useWorkflows(ids: readonly string[]): readonly Workflow[] {
  const results = useQueries({
    queries: ids.map((workflowId) => query('getWorkflow', { params: { workflowId } })),
  });
  return results.flatMap(({ data }) => (data === undefined ? [] : [data]));
}
