import { randomUUID } from 'node:crypto';
import { createConnection as endpoint } from '@middle/contract/connections/create-connection.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { allows } from '@middle/core/permissions.ts';
import { getAppVersion, getLatestVersion } from '@middle/store/app-versions.ts';
import type { AppVersion } from '@middle/store/app-versions.ts';
import type { AppSummary } from '@middle/store/apps.ts';
import { addAuditEvent } from '@middle/store/audit.ts';
import { addConnection } from '@middle/store/connections.ts';
import type { Queryable } from '@middle/store/database.ts';
import { applyManifest } from '@middle/store/record-sets.ts';
import { existingApp } from '../apps/get-app.ts';
import { handler } from '../call.ts';
import type { Caller } from '../call.ts';
import { violates } from '../http/violates.ts';
import { answerFor, checkAppCredential, checkFields, sealFields } from './answer.ts';

export const createConnection = handler(endpoint, async ({ deps, accountId, body, caller }) => {
  const app = await existingApp(deps.database, body.app);
  checkVisibility(app, accountId, caller);
  const version = await versionToUse(deps.database, body.app, body.version);
  const appCredentialId = body.appCredentialId ?? null;
  await checkAppCredential(deps.database, body.app, accountId, appCredentialId);
  const filled = body.credentials === undefined ? null : checkFields(version.manifest, body.credentials, {});
  const id = randomUUID();
  const credentials = filled === null ? null : await sealFields(deps.keys, id, filled.fields);
  await deps.database
    .transaction(async (client) => {
      await addConnection(client, {
        id,
        accountId,
        versionId: version.id,
        appCredentialId,
        name: body.name,
        enabled: body.enabled,
        authConfig: filled?.auth.key ?? version.manifest.auth[0]?.key ?? null,
        credentials,
        baseUrl: body.baseUrl ?? null,
        rate: body.rate ?? null,
        functionsAtOnce: body.functionsAtOnce ?? null,
      });
      await applyManifest(client, id, { before: null, after: version.manifest }, body.syncs === 'on');
      await addAuditEvent(client, caller, {
        action: 'connection.create',
        subjectKind: 'connection',
        subjectId: id,
        accountId,
        detail: { app: body.app, version: version.version, name: body.name, credentials: filled !== null },
      });
    })
    .catch((error: unknown) => {
      if (!violates(error, 'connection_account_id_name_key')) throw error;
      throw new MiddleError('conflict', `the account already has a connection named ${body.name}`);
    });
  return answerFor(deps, id);
});

function checkVisibility(app: AppSummary, accountId: string, caller: Caller): void {
  if (allows(caller.access, 'apps.change')) return;
  const isOpen =
    app.visibility === 'public' ||
    (app.visibility === 'allow_listed' && app.allowedAccounts.includes(accountId));
  if (!isOpen) throw new MiddleError('not_found', `there is no app ${app.key}`);
}

async function versionToUse(db: Queryable, appKey: string, wanted: string | undefined): Promise<AppVersion> {
  const version =
    wanted === undefined ? await getLatestVersion(db, appKey) : await getAppVersion(db, appKey, wanted);
  if (version === null && wanted !== undefined) {
    throw new MiddleError('not_found', `there is no version ${wanted} of the app ${appKey}`);
  }
  if (version?.state !== 'on') {
    throw new MiddleError(
      'conflict',
      `${wanted === undefined ? 'no version' : `version ${wanted}`} of the app ${appKey} is not switched on`,
      {
        hint: 'Switch a version on first: middle app push --on, or on the page of the app.',
      },
    );
  }
  return version;
}
