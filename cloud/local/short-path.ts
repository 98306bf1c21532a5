import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The most bytes of a unix socket's path: sun_path of unix(7) less its final zero; macOS has 104. */
export const MOST_BYTES = process.platform === 'linux' ? 107 : 103;
/** Room for the longest name of a socket of ours. */
const ROOM = '/.s.PGSQL.5432.lock'.length;

export interface ShortPaths {
  /** Another name for the folder, short enough for the sockets in it; the folder itself when that is short. */
  of(folder: string): Promise<string>;
  /** The folder of links, if one was needed. */
  readonly folder: string | null;
  remove(): Promise<void>;
}

/**
 * Sockets live in the data folder. When its path is too long for them, they are reached through links in a folder of
 * the system's temporary directory, made with a random name for this run and removed at its end.
 */
export function shortPaths(): ShortPaths {
  let made: string | null = null;
  const links = new Map<string, string>();
  return {
    get folder() {
      return made;
    },
    async of(folder) {
      if (Buffer.byteLength(folder) + ROOM <= MOST_BYTES) return folder;
      made ??= await mkdtemp(path.join(tmpdir(), 'middle-'));
      const known = links.get(folder);
      if (known !== undefined) return known;
      const link = path.join(made, String(links.size));
      await symlink(folder, link);
      links.set(folder, link);
      return link;
    },
    async remove() {
      if (made !== null) await rm(made, { recursive: true, force: true });
    },
  };
}
