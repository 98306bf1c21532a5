import { switchOffAppVersion as endpoint } from '@middle/contract/apps/switch-off-app-version.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { setVersionState } from '@middle/store/app-versions.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { existingVersion, versionSummary } from './get-app-version.ts';

export const switchOffAppVersion = handler(endpoint, async ({ deps, params, caller }) => {
  const version = await existingVersion(deps.database, params);
  if (version.state === 'draft') {
    throw new MiddleError('conflict', `version ${version.version} was never switched on`);
  }
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
    await setVersionState(client, version.id, 'off');
    await addAuditEvent(client, caller, {
      action: 'app_version.switch_off',
      subjectKind: 'app_version',
      subjectId: `${params.appKey}@${params.version}`,
    });
  });
  return versionSummary(deps.database, params);
});
