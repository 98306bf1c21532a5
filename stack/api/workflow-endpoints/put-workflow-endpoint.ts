import { putWorkflowEndpoint as endpoint } from '@middle/contract/workflow-endpoints/put-workflow-endpoint.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { getEndpoint, putEndpoint } from '@middle/store/real-time/endpoints.ts';
import { handler } from '../call.ts';
import { violates } from '../http/violates.ts';
import { endpointAnswer } from './answer.ts';

export const putWorkflowEndpoint = handler(endpoint, async ({ deps, params, body, accountId, caller }) => {
  const { workflowId } = params;
  try {
    return await deps.database.transaction(async (client) => {
      const before = await getEndpoint(client, workflowId);
      await putEndpoint(client, { ...body, workflowId, accountId });
      await addAuditEvent(client, caller, {
        action: before === null ? 'endpoint.create' : 'endpoint.update',
        subjectKind: 'workflow',
        subjectId: workflowId,
        accountId,
        detail: { before: before === null ? null : endpointAnswer(before), after: body },
      });
      const after = await getEndpoint(client, workflowId);
      if (after === null) throw new MiddleError('not_found', `there is no workflow ${workflowId}`);
      return endpointAnswer(after);
    });
  } catch (error) {
    if (!violates(error, 'workflow_endpoint_account_id_name_key')) throw error;
    throw new MiddleError('conflict', `another workflow of this account is exposed as “${body.name}”`, {
      cause: error,
    });
  }
});
