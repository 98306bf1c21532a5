import { getWorkflowEndpoint as endpoint } from '@middle/contract/workflow-endpoints/get-workflow-endpoint.ts';
import { getEndpoint } from '@middle/store/real-time/endpoints.ts';
import { handler } from '../call.ts';
import { endpointAnswer } from './answer.ts';

export const getWorkflowEndpoint = handler(endpoint, async ({ deps, params }) => {
  const view = await getEndpoint(deps.database, params.workflowId);
  return { endpoint: view === null ? null : endpointAnswer(view) };
});
