import { getAppVersion as endpoint } from '@middle/contract/apps/get-app-version.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { getAppVersion as get } from '@middle/store/app-versions.ts';
import type { AppVersion, AppVersionSummary } from '@middle/store/app-versions.ts';
import type { Queryable } from '@middle/store/database.ts';
import { handler } from '../call.ts';

export const getAppVersion = handler(endpoint, async ({ deps, params }) =>
  existingVersion(deps.database, params),
);

export async function existingVersion(
  db: Queryable,
  params: { readonly appKey: string; readonly version: string },
): Promise<AppVersion> {
  const version = await get(db, params.appKey, params.version);
  if (version === null)
    throw new MiddleError('not_found', `there is no version ${params.version} of the app ${params.appKey}`);
  return version;
}

export async function versionSummary(
  db: Queryable,
  params: { readonly appKey: string; readonly version: string },
): Promise<AppVersionSummary> {
  const { manifest: _manifest, functions: _functions, ...summary } = await existingVersion(db, params);
  return summary;
}
