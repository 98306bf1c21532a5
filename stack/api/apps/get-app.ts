import { getApp as endpoint } from '@middle/contract/apps/get-app.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { getApp as get } from '@middle/store/apps.ts';
import type { AppSummary } from '@middle/store/apps.ts';
import type { Queryable } from '@middle/store/database.ts';
import { handler } from '../call.ts';

export const getApp = handler(endpoint, async ({ deps, params }) =>
  existingApp(deps.database, params.appKey),
);

export async function existingApp(db: Queryable, key: string): Promise<AppSummary> {
  const app = await get(db, key);
  if (app === null) throw new MiddleError('not_found', `there is no app ${key}`);
  return app;
}
