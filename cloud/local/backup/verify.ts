import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { chainOf, spansOf } from '@middle/core/backup/catalog.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { Archive, StoredBase, StoredPiece } from './archive.ts';
import { checkIndexes } from './check-indexes.ts';
import { countNow } from './count-rows.ts';
import { recoverCluster } from './recover.ts';
import { checkPiece, unpackCluster } from './unpack.ts';
import { readAll } from './vault.ts';

const verificationSchema = z.object({
  at: z.iso.datetime(),
  passed: z.boolean(),
  message: z.string(),
  milliseconds: z.number(),
});
export type Verification = z.infer<typeof verificationSchema>;

/** The mark is made, and stored, within this after the copy; see count-rows.ts. */
const MARK_MILLISECONDS = 120_000;

/**
 * Restores the newest base backup on trial, into a folder that is removed again, up to the moment at which rows were
 * counted when it was made: there must be as many. Every later piece of the log is opened and measured. How it went is kept with
 * the backups.
 */
export async function verifyBackups(options: {
  readonly archive: Archive;
  /** Room for a copy of the database. */
  readonly scratch: string;
  readonly clock: Clock;
}): Promise<Verification> {
  const { archive, clock } = options;
  const at = clock.now();
  const begin = performance.now();
  const outcome = await tryRestore(archive, options.scratch).then(
    (message) => ({ passed: true, message }),
    (error: unknown) => ({ passed: false, message: messageOf(error) }),
  );
  const verification = {
    at: at.toISOString(),
    ...outcome,
    milliseconds: Math.round(performance.now() - begin),
  };
  await archive.vault.put(`verified/${at.getTime()}`, [Buffer.from(JSON.stringify(verification))]);
  for (const { name } of (await archive.vault.list('verified/')).slice(0, -KEPT))
    await archive.vault.delete(name);
  return verification;
}

const KEPT = 10;

/** Of the last one; null: none was made yet. */
export async function lastVerification({ vault }: Archive): Promise<Verification | null> {
  const name = (await vault.list('verified/')).at(-1)?.name;
  if (name === undefined) return null;
  return verificationSchema.parse(JSON.parse((await readAll(vault.get(name))).toString('utf8')));
}

async function tryRestore(archive: Archive, scratch: string): Promise<string> {
  const catalog = await archive.catalog();
  const base = spansOf(catalog).at(-1)?.base;
  const chain = base === undefined ? null : chainOf(base, catalog.pieces);
  if (base === undefined || chain === null) {
    throw new MiddleError('backup_missing', 'There is no complete backup yet.');
  }
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(path.join(scratch, 'verify-'));
  try {
    const { indexes, rows } = await restoreTo(archive, { base, chain, folder });
    const [needed, later] = split(base, chain);
    for (const piece of later) await checkPiece(archive.vault, piece, base.segmentBytes);
    const of =
      base.counted === null
        ? 'rows were not counted when it was made'
        : `${compare(base.counted.rows, rows)} rows, as many as then`;
    return `The base backup of ${base.endedAt.toISOString()} was restored: ${of}; ${indexes} indexes in order; ${needed.length + later.length} pieces of the log readable.`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function restoreTo(
  archive: Archive,
  {
    base,
    chain,
    folder,
  }: { readonly base: StoredBase; readonly chain: readonly StoredPiece[]; readonly folder: string },
): Promise<{ readonly indexes: number; readonly rows: Readonly<Record<string, number>> }> {
  const [pieces] = split(base, chain);
  const target = base.counted === null ? 'latest' : { mark: base.counted.mark };
  return unpackCluster({ vault: archive.vault, base, pieces, folder, step: () => {} }).then(() =>
    recoverCluster(folder, target, async (superuser) => ({
      rows: await countNow(superuser),
      indexes: await checkIndexes(superuser),
    })),
  );
}

/** What is replayed up to the mark, and the rest. */
function split(
  base: StoredBase,
  chain: readonly StoredPiece[],
): readonly [readonly StoredPiece[], readonly StoredPiece[]] {
  const enough = chain.findIndex(({ at }) => at.getTime() > base.endedAt.getTime() + MARK_MILLISECONDS);
  const count = enough === -1 ? chain.length : enough + 1;
  return [chain.slice(0, count), chain.slice(count)];
}

/** @returns how many rows there are in all. @throws MiddleError restore_failed when a table has more or fewer */
function compare(then: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>): number {
  const differing = Object.entries(then).filter(([table, rows]) => now[table] !== rows);
  if (differing.length === 0) return Object.values(then).reduce((sum, rows) => sum + rows, 0);
  const words = differing.map(([table, rows]) => `${table} has ${now[table] ?? 'no'} rows, not ${rows}`);
  throw new MiddleError('restore_failed', `The restored database differs: ${words.slice(0, 5).join('; ')}.`);
}
