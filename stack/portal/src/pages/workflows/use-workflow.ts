import { useParams } from '@tanstack/react-router';
import { useApi } from '../../data/api.ts';

/** The workflow of the address. */
export function useWorkflow() {
  const params: { readonly workflow?: string } = useParams({ strict: false });
  const id = params.workflow ?? '';
  return { id, query: useApi('getWorkflow', { params: { workflowId: id } }) };
}
