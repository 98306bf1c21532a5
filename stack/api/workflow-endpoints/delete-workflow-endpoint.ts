import { deleteWorkflowEndpoint as endpoint } from '@middle/contract/workflow-endpoints/delete-workflow-endpoint.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { deleteEndpoint, getEndpoint } from '@middle/store/real-time/endpoints.ts';
import { handler } from '../call.ts';
import { endpointAnswer } from './answer.ts';

export const deleteWorkflowEndpoint = handler(endpoint, async ({ deps, params, accountId, caller }) =>
  deps.database.transaction(async (client) => {
    const { workflowId } = params;
    const before = await getEndpoint(client, workflowId);
    if (before === null) return;
    await deleteEndpoint(client, workflowId);
    await addAuditEvent(client, caller, {
      action: 'endpoint.delete',
      subjectKind: 'workflow',
      subjectId: workflowId,
      accountId,
      detail: { before: endpointAnswer(before) },
    });
  }),
);
