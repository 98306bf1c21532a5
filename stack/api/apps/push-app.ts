import { pushApp as endpoint } from '@middle/contract/apps/push-app.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { allows } from '@middle/core/permissions.ts';
import {
  getAppVersion,
  getAppVersionById,
  putDraft,
  setApprovedHosts,
  setVersionState,
} from '@middle/store/app-versions.ts';
import type { AppVersion } from '@middle/store/app-versions.ts';
import { putApp } from '@middle/store/apps.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import type { Queryable } from '@middle/store/database.ts';
import { handler } from '../call.ts';
import type { Caller } from '../call.ts';
import { readPackage, refusalOf } from './package.ts';
import type { ReadPackage } from './package.ts';

export const pushApp = handler(endpoint, async ({ deps, body, query, caller }) => {
  if (query.approveHosts === 'true' && !allows(caller.access, 'apps.approve_hosts')) {
    throw new MiddleError('not_allowed', 'your role does not allow apps.approve_hosts', {
      hint: 'Push without approveHosts; an owner approves the hosts then.',
    });
  }
  const pushed = await readPackage(body);
  if (pushed.refusal !== null) throw refusalOf(pushed.refusal, pushed.problems);
  return deps.database.transaction(async (client) => {
    const id = await store(client, pushed, caller);
    const version = await getAppVersionById(client, id);
    if (query.approveHosts === 'true') await approve(client, version, caller);
    if (query.on === 'true' && version.state !== 'on') await switchOn(client, version, caller);
    return getAppVersionById(client, id);
  });
});

async function store(client: Queryable, pushed: ReadPackage, caller: Caller): Promise<string> {
  const { manifest, digest, files, bundles } = pushed;
  if (manifest === null) throw refusalOf('manifest_invalid', pushed.problems);
  // Locks the app, so two pushes of it come one after the other.
  const appId = await putApp(client, manifest);
  const known = await getAppVersion(client, manifest.key, manifest.version);
  if (known !== null && known.state !== 'draft') {
    if (known.digest === digest) return known.id;
    throw new MiddleError(
      'version_immutable',
      `version ${manifest.version} of ${manifest.key} was switched on and never changes`,
      { hint: 'Raise the version in the manifest and push again.', data: { version: manifest.version } },
    );
  }
  const id = await putDraft(client, {
    appId,
    version: manifest.version,
    manifest,
    digest,
    pushedBy: caller.actorName,
    files,
    bundles,
  });
  await addAuditEvent(client, caller, {
    action: 'app_version.push',
    subjectKind: 'app_version',
    subjectId: `${manifest.key}@${manifest.version}`,
    detail: { digest, files: files.size, functions: bundles.length },
  });
  return id;
}

async function approve(client: Queryable, version: AppVersion, caller: Caller): Promise<void> {
  await setApprovedHosts(client, version.id, version.declaredHosts);
  await addAuditEvent(client, caller, {
    action: 'app_version.approve_hosts',
    subjectKind: 'app_version',
    subjectId: `${version.appKey}@${version.version}`,
    detail: { before: version.approvedHosts, after: version.declaredHosts },
  });
}

async function switchOn(client: Queryable, version: AppVersion, caller: Caller): Promise<void> {
  await setVersionState(client, version.id, 'on');
  await addAuditEvent(client, caller, {
    action: 'app_version.switch_on',
    subjectKind: 'app_version',
    subjectId: `${version.appKey}@${version.version}`,
  });
}
