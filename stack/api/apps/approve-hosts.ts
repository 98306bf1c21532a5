import { approveHosts as endpoint } from '@middle/contract/apps/approve-hosts.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { setApprovedHosts } from '@middle/store/app-versions.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { handler } from '../call.ts';
import { existingVersion, versionSummary } from './get-app-version.ts';

export const approveHosts = handler(endpoint, async ({ deps, params, body, caller }) => {
  const version = await existingVersion(deps.database, params);
  const unknown = body.hosts.find((host) => !version.declaredHosts.includes(host));
  if (unknown !== undefined) {
    throw new MiddleError('request_invalid', `the manifest does not declare the host ${unknown}`, {
      hint: `It declares: ${version.declaredHosts.join(', ') || 'none'}.`,
    });
  }
  await deps.database.transaction(async (client) => {
    await setApprovedHosts(client, version.id, [...new Set(body.hosts)]);
    await addAuditEvent(client, caller, {
      action: 'app_version.approve_hosts',
      subjectKind: 'app_version',
      subjectId: `${params.appKey}@${params.version}`,
      detail: { before: version.approvedHosts, after: body.hosts },
    });
  });
  return versionSummary(deps.database, params);
});
