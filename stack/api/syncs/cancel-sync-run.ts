import { cancelSyncRun as endpoint } from '@middle/contract/syncs/cancel-sync-run.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { requestCancel } from '@middle/store/sync-requests.ts';
import { handler } from '../call.ts';
import { existingRun } from './answer.ts';

export const cancelSyncRun = handler(endpoint, async ({ deps, params, accountId, caller }) =>
  deps.database.transaction(async (client) => {
    if (!(await requestCancel(client, params.runId))) {
      const { state } = await existingRun(client, params.runId);
      throw new MiddleError('conflict', `the run has ended already: ${state}`);
    }
    await addAuditEvent(client, caller, {
      action: 'sync_run.cancel',
      subjectKind: 'sync_run',
      subjectId: params.runId,
      accountId,
    });
    return existingRun(client, params.runId);
  }),
);
