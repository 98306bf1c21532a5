import { switchOnAppVersion as endpoint } from '@middle/contract/apps/switch-on-app-version.ts';
import { setVersionState } from '@middle/store/app-versions.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { existingVersion, versionSummary } from './get-app-version.ts';

export const switchOnAppVersion = handler(endpoint, async ({ deps, params, caller }) => {
  const { id } = await existingVersion(deps.database, params);
  await deps.database.transaction(async (client) => {
    await setVersionState(client, id, 'on');
    await addAuditEvent(client, caller, {
      action: 'app_version.switch_on',
      subjectKind: 'app_version',
      subjectId: `${params.appKey}@${params.version}`,
    });
  });
  return versionSummary(deps.database, params);
});
