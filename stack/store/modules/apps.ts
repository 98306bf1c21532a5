import type { KnownApps } from '@middle/core/module/check.ts';
import { getLatestVersion } from '../app-versions.ts';
import type { Queryable } from '../database.ts';

/** What these apps offer, as new connections get them; an app without a version that is on is left out. */
export async function readApps(db: Queryable, keys: readonly string[]): Promise<KnownApps> {
  const apps = new Map<string, NonNullable<ReturnType<KnownApps['get']>>>();
  for (const key of new Set(keys)) {
    const latest = await getLatestVersion(db, key);
    if (latest !== null) apps.set(key, latest.manifest);
  }
  return apps;
}
