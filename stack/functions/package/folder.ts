import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { MiddleError } from '@middle/core/errors.ts';
import type { PackageFiles } from './files.ts';
import { PACKAGE_LIMITS } from './files.ts';

const LEFT_OUT = new Set(['node_modules', '__pycache__']);

/** Reads an app package from disk. Hidden files and installed dependencies are left out; links are refused, for they may lead anywhere. */
export async function readPackageFolder(folder: string): Promise<PackageFiles> {
  const files = new Map<string, Uint8Array>();
  const pending = [folder];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    for (const entry of await readdir(current, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || LEFT_OUT.has(entry.name)) continue;
      const full = join(current, entry.name);
      const path = relative(folder, full).split(sep).join('/');
      if (entry.isDirectory()) {
        pending.push(full);
      } else if (entry.isFile()) {
        files.set(path, await readFile(full));
      } else {
        throw new MiddleError('package_invalid', `“${path}” is a link or a special file.`, {
          hint: 'An app package has plain files only: put a copy of the file there.',
        });
      }
      if (files.size > PACKAGE_LIMITS.files) {
        throw new MiddleError(
          'package_invalid',
          `The folder has more than ${String(PACKAGE_LIMITS.files)} files.`,
          {
            hint: 'Is this the folder of the app?',
          },
        );
      }
    }
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
