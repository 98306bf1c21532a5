import { MiddleError } from '@middle/core/errors.ts';
import type { Queryable } from '@middle/store/database.ts';
import { getVersion } from '@middle/store/workflows/versions.ts';

type Version = NonNullable<Awaited<ReturnType<typeof getVersion>>>;

/** @throws MiddleError not_found */
export async function existingVersion(db: Queryable, workflowId: string, version: number): Promise<Version> {
  const found = await getVersion(db, workflowId, version);
  if (found !== null) return found;
  throw new MiddleError('not_found', `the workflow has no version ${version}`);
}
