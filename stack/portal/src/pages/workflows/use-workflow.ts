import { useParams } from '@tanstack/react-router';
import { useReason } from '../../data/access.ts';
import { useApi } from '../../data/api.ts';
import type { Workflow } from '../../data/types.ts';

/** The workflow of the address. */
export function useWorkflow() {
  const params: { readonly workflow?: string } = useParams({ strict: false });
  const id = params.workflow ?? '';
  return { id, query: useApi('getWorkflow', { params: { workflowId: id } }) };
}

/** Null when it may be changed what the workflow does; a copy of a module's does what the module says. */
export function useEditReason({ accountId, module }: Pick<Workflow, 'accountId' | 'module'>): string | null {
  const reason = useReason('workflows.change', accountId);
  return (
    reason ?? (module === null ? null : `It came with the module ${module.title}, which says what it does`)
  );
}
