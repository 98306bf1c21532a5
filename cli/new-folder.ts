import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MiddleError } from '@middle/core/errors.ts';

/** Writes files into a folder that is new or empty, so that nothing is overwritten. */
export async function writeNewFolder(
  root: string,
  files: ReadonlyMap<string, Uint8Array | string>,
): Promise<void> {
  const present = await readdir(root).catch(() => []);
  if (present.length > 0) {
    throw new MiddleError('request_invalid', `${root} is not empty.`, { hint: 'Name a new folder.' });
  }
  for (const [file, content] of files) {
    const target = path.join(root, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}
