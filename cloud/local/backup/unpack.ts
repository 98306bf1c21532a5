import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { segmentFile, segmentStart } from '@middle/core/backup/lsn.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { z } from 'zod';
import { clusterUser, handOver } from '../postgres-user.ts';
import type { StoredBase, StoredPiece } from './archive.ts';
import type { StoredPart } from './part-writer.ts';
import { readTar } from './tar.ts';
import { readAll } from './vault.ts';
import type { Vault } from './vault.ts';

/**
 * Makes a cluster's data directory of a base backup and pieces of the log, of a user of its own as every cluster is.
 * @param folder the cluster's, see postgres.ts
 */
export async function unpackCluster(options: {
  readonly vault: Vault;
  readonly base: StoredBase;
  readonly pieces: readonly StoredPiece[];
  readonly folder: string;
  readonly step: (name: string, milliseconds: number) => void;
}): Promise<void> {
  const { vault, base, pieces, folder, step } = options;
  const user = await clusterUser(folder);
  const data = path.join(folder, 'data');
  const begin = performance.now();
  await unpackBase(vault, base, data);
  const between = performance.now();
  step('base backup', between - begin);
  await unpackLog(vault, pieces, base.segmentBytes, path.join(data, 'pg_wal'));
  step('log', performance.now() - between);
  if (user !== null) await handOver(data, user);
}

/** What Postgres wrote of each file (postgresql.org/docs/18/backup-manifest-files.html). */
const fileList = z.object({
  Files: z.array(
    z.object({ Path: z.string(), Size: z.number(), Checksum: z.string(), 'Checksum-Algorithm': z.string() }),
  ),
});

/**
 * Writes the files of a base backup into a folder, which becomes a data directory, and checks that each is there with
 * the checksum that Postgres gave it when it was copied.
 */
async function unpackBase(vault: Vault, base: StoredBase, folder: string): Promise<void> {
  const sums = new Map<string, string>();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await readTar(contents(vault, base.parts), async ({ name, kind }) => {
    const target = path.join(folder, name);
    if (kind === 'folder') {
      await mkdir(target, { recursive: true, mode: 0o700 });
      return { write: () => Promise.resolve(), close: () => Promise.resolve() };
    }
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    const file = await open(target, 'wx', 0o600);
    const hash = createHash('sha256');
    return {
      async write(bytes) {
        hash.update(bytes);
        await file.writeFile(bytes);
      },
      async close() {
        sums.set(name, hash.digest('hex'));
        await file.close();
      },
    };
  });
  const list = await readAll(contents(vault, base.files));
  for (const { Path: name, Checksum: sum } of fileList.parse(JSON.parse(list.toString('utf8'))).Files) {
    if (sums.get(name) !== sum) {
      throw new MiddleError(
        'backup_damaged',
        `The base backup of ${base.endedAt.toISOString()} lacks ${name}, or has it changed.`,
        {
          hint: 'Choose a moment that another base backup restores: `middle backup list` shows them.',
          data: { base: base.id, name },
        },
      );
    }
  }
}

async function* contents(vault: Vault, parts: readonly StoredPart[]): AsyncGenerator<Uint8Array> {
  for (const { name, sha256 } of parts) yield* vault.get(name, sha256);
}

/** Writes pieces of the log as the segments that Postgres reads; what a segment lacks at its end is zeros. */
async function unpackLog(
  vault: Vault,
  pieces: readonly StoredPiece[],
  segmentBytes: number,
  folder: string,
): Promise<void> {
  const bySegment = Map.groupBy(pieces, ({ timeline, start }) =>
    segmentFile(timeline, segmentStart(start, segmentBytes), segmentBytes),
  );
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, own] of bySegment) {
    const file = await open(path.join(folder, name), 'w', 0o600);
    try {
      await file.truncate(segmentBytes);
      for (const piece of own)
        await writePiece(vault, piece, (bytes, at) => file.write(bytes, 0, bytes.length, at), segmentBytes);
    } finally {
      await file.close();
    }
  }
}

async function writePiece(
  vault: Vault,
  { name, start, end }: StoredPiece,
  write: (bytes: Uint8Array, at: number) => Promise<unknown>,
  segmentBytes: number,
): Promise<void> {
  const from = Number(start - segmentStart(start, segmentBytes));
  let at = from;
  for await (const bytes of vault.get(name)) {
    await write(bytes, at);
    at += bytes.length;
  }
  if (BigInt(at - from) === end - start) return;
  throw new MiddleError('backup_damaged', `The backup is damaged: ${name} is not as long as its name says.`, {
    data: { name },
  });
}

/** Reads a piece without keeping it. @throws MiddleError backup_damaged */
export async function checkPiece(vault: Vault, piece: StoredPiece, segmentBytes: number): Promise<void> {
  await writePiece(vault, piece, () => Promise.resolve(), segmentBytes);
}
