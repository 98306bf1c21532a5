import { mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Base, Catalog, Piece } from '@middle/core/backup/catalog.ts';
import { formatLsn, parseLsn } from '@middle/core/backup/lsn.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { z } from 'zod';
import { localBlobs, removeHalfBlobs } from '../blobs/blobs.ts';
import { writeDurably } from '../files.ts';
import type { StoredPart } from './part-writer.ts';
import { createVault, keyCheck, readAll } from './vault.ts';
import type { Vault } from './vault.ts';

/**
 * A stack's backups. Names of what it stores:
 *
 *   base/ID/0001 ...   the files of the database in one tar, cut into parts
 *   base/ID/manifest   what belongs to it; written last, so that without it there is no base backup
 *   wal/TIMELINE/START-END-TIME   a piece of the log
 *   verified/TIME      how a restore on trial went
 *
 * Beside them `archive.json` says in plain text whose they are. Without it nothing is written: a disk that isn't mounted
 * leaves an empty folder, and backups written there would be hidden when it is.
 */
export interface Archive {
  readonly folder: string;
  readonly vault: Vault;
  /** Reads what there is. */
  catalog(): Promise<StoredCatalog>;
}

export interface StoredPiece extends Piece {
  readonly name: string;
  readonly bytes: number;
}

export type StoredCatalog = Catalog<StoredBase, StoredPiece>;

const part = z.strictObject({ name: z.string(), bytes: z.number(), sha256: z.string() });
const lsn = z.string().transform(parseLsn);
const manifest = z.strictObject({
  id: z.string(),
  release: z.string(),
  postgres: z.string(),
  timeline: z.int().positive(),
  startLsn: lsn,
  endLsn: lsn,
  startedAt: z.coerce.date(),
  endedAt: z.coerce.date(),
  segmentBytes: z.int().positive(),
  parts: z.array(part),
  /** Postgres's own list of the files, with a checksum of each. */
  files: z.array(part),
  /** Of the tar, before it was compressed. */
  plainBytes: z.number(),
  /** How many rows the tables had at a mark in the log; null when the database was too busy to be counted. */
  counted: z.strictObject({ mark: z.string(), rows: z.record(z.string(), z.int()) }).nullable(),
});
export interface StoredBase extends Base {
  readonly release: string;
  readonly postgres: string;
  readonly startedAt: Date;
  readonly parts: readonly StoredPart[];
  readonly files: readonly StoredPart[];
  readonly plainBytes: number;
  readonly counted: { readonly mark: string; readonly rows: Readonly<Record<string, number>> } | null;
}

const MARKER = 'archive.json';
const marker = z.object({ key: z.string(), createdAt: z.string() });

/**
 * @param options.mode `open` it as it is; `clear` besides what a killed writer left half, for the one that writes; or `make`
 *   it when it isn't there, only before anything was ever stored in it
 */
export async function openArchive(options: {
  readonly folder: string;
  readonly key: Uint8Array;
  readonly mode: 'open' | 'clear' | 'make';
}): Promise<Archive> {
  const { folder, key, mode } = options;
  try {
    await checkMarker(folder, key, mode === 'make');
    if (mode !== 'open') await removeHalfBlobs({ folder });
    const vault = createVault(await localBlobs({ folder }), key);
    return { folder, vault, catalog: () => readCatalog(vault) };
  } catch (cause) {
    if (cause instanceof MiddleError) throw cause;
    throw new MiddleError('backup_unreachable', `The backups can't be reached: ${messageOf(cause)}`, {
      hint: `Is the disk of ${folder} there, and may this user write to it?`,
      cause,
    });
  }
}

async function checkMarker(folder: string, key: Uint8Array, create: boolean): Promise<void> {
  const file = path.join(folder, MARKER);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) {
    if (!create) {
      throw new MiddleError('backup_unreachable', `There are no backups in ${folder}.`, {
        hint: 'Is its disk mounted? Nothing is written until it is.',
      });
    }
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeDurably(
      file,
      `${JSON.stringify({ key: keyCheck(key), createdAt: new Date().toISOString() })}\n`,
    );
    return;
  }
  if (marker.parse(JSON.parse(text)).key !== keyCheck(key)) {
    throw new MiddleError('backup_key_wrong', `The backups in ${folder} were made with another key.`, {
      hint: 'Name the file keys/stack.key of the stack that they are of, or a copy of it, with --key FILE.',
    });
  }
}

/** Archives in a folder of backups, for when the data folder that knows its own is lost. */
export async function listArchives(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const found: string[] = [];
  for (const name of names) {
    const text = await readFile(path.join(folder, name, MARKER), 'utf8').catch(() => null);
    if (text !== null) found.push(name);
  }
  return found;
}

async function readCatalog(vault: Vault): Promise<StoredCatalog> {
  const names = await vault.list('base/');
  const bases: StoredBase[] = [];
  for (const { name } of names) {
    if (name.endsWith('/manifest')) bases.push(await readManifest(vault, name));
  }
  const pieces = (await vault.list('wal/')).flatMap((stored): StoredPiece[] => {
    const piece = parsePiece(stored.name);
    return piece === null ? [] : [{ ...piece, ...stored }];
  });
  return { bases, pieces };
}

async function readManifest(vault: Vault, name: string): Promise<StoredBase> {
  const text = (await readAll(vault.get(name))).toString('utf8');
  return manifest.parse(JSON.parse(text));
}

export async function writeManifest(vault: Vault, base: StoredBase): Promise<void> {
  const text = JSON.stringify({
    ...base,
    startLsn: formatLsn(base.startLsn),
    endLsn: formatLsn(base.endLsn),
  });
  await vault.put(`base/${base.id}/manifest`, [Buffer.from(text)]);
}

export function pieceName({ timeline, start, end, at }: Piece): string {
  return `wal/${hex(timeline, 8)}/${hex(start, 16)}-${hex(end, 16)}-${at.getTime()}`;
}

function hex(value: bigint | number, width: number): string {
  return value.toString(16).padStart(width, '0');
}

function parsePiece(name: string): Piece | null {
  const [, timeline, start, end, at] =
    /^wal\/([0-9a-f]{8})\/([0-9a-f]{16})-([0-9a-f]{16})-(\d+)$/.exec(name) ?? [];
  if (timeline === undefined || start === undefined || end === undefined) return null;
  return {
    timeline: Number.parseInt(timeline, 16),
    start: BigInt(`0x${start}`),
    end: BigInt(`0x${end}`),
    at: new Date(Number(at)),
  };
}
