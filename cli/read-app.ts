import { access } from 'node:fs/promises';
import path from 'node:path';
import { MANIFEST_FILE } from '@middle/core/manifest.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { PackageFiles } from '@middle/functions/package/files.ts';

/** The app package in a folder that a person named. */
export async function readApp(folder: string): Promise<PackageFiles> {
  const root = path.resolve(folder);
  const { readPackageFolder } = await import('@middle/functions/package/folder.ts');
  try {
    await access(path.join(root, MANIFEST_FILE));
  } catch (cause) {
    throw new MiddleError('not_found', `There is no app in ${root}: it has no ${MANIFEST_FILE}.`, {
      hint: `Name the folder of an app, or begin one with \`middle app init ${folder === '.' ? 'my-app' : folder}\`.`,
      cause,
    });
  }
  return readPackageFolder(root);
}
