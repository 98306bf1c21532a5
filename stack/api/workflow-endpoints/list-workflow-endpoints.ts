import { listWorkflowEndpoints as endpoint } from '@middle/contract/workflow-endpoints/list-workflow-endpoints.ts';
import { listEndpoints } from '@middle/store/real-time/endpoints.ts';
import { handler } from '../call.ts';
import { endpointAnswer } from './answer.ts';

export const listWorkflowEndpoints = handler(endpoint, async ({ deps, accountId }) => {
  const views = await listEndpoints(deps.database, accountId);
  return { items: views.map(endpointAnswer) };
});
