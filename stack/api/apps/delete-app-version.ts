import { deleteAppVersion as endpoint } from '@middle/contract/apps/delete-app-version.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { deleteVersion } from '@middle/store/app-versions.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { existingVersion } from './get-app-version.ts';

export const deleteAppVersion = handler(endpoint, async ({ deps, params, caller }) => {
  const version = await existingVersion(deps.database, params);
  if (version.connections > 0) {
    throw new MiddleError(
      'conflict',
      `${String(version.connections)} connections use version ${version.version}`,
      {
        hint: 'Move them to another version first.',
      },
    );
  }
  await deps.database.transaction(async (client) => {
    await deleteVersion(client, version.id);
    await addAuditEvent(client, caller, {
      action: 'app_version.delete',
      subjectKind: 'app_version',
      subjectId: `${params.appKey}@${params.version}`,
    });
  });
});
