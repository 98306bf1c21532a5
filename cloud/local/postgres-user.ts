import { randomInt } from 'node:crypto';
import { chown, lchown, readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { MiddleError } from '@middle/core/errors.ts';

export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** User ids that distributions leave free, apart from ordinary accounts, which count up from 1000. */
const FREE_IDS = { from: 40_000, below: 60_000 };

/**
 * Postgres refuses to run as root. Started as root, each cluster gets a user id of its own, without a name or a
 * password: another stack's Postgres can't read its files. The owner of the data directory is the record of it.
 * @returns null when this process isn't root: then Postgres runs as the same user.
 */
export async function clusterUser(folder: string): Promise<SystemUser | null> {
  if (process.getuid?.() !== 0) return null;
  const present = await stat(path.join(folder, 'data')).catch(() => null);
  if (present !== null) return { uid: present.uid, gid: present.gid };
  const taken = new Set((await accounts()).flatMap((account) => [account.uid, account.gid]));
  for (;;) {
    const id = randomInt(FREE_IDS.from, FREE_IDS.below);
    if (!taken.has(id)) return { uid: id, gid: id };
  }
}

/** initdb insists on a user that has a name; the files are handed over afterwards. */
export async function namedUser(): Promise<SystemUser> {
  const all = await accounts();
  const found = all.find((account) => account.name === 'nobody') ?? all.find((account) => account.uid !== 0);
  if (found !== undefined) return found;
  throw new MiddleError(
    'config_invalid',
    'Postgres does not run as root, and this system has no other user.',
    {
      hint: 'Start as another user, or add a user to /etc/passwd.',
    },
  );
}

async function accounts(): Promise<(SystemUser & { name: string })[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/** Gives a folder and all it holds to a user. */
export async function handOver(folder: string, { uid, gid }: SystemUser): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await lchown(path.join(entry.parentPath, entry.name), uid, gid);
  }
  await chown(folder, uid, gid);
}
