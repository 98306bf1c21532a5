import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MiddleError } from '@middle/core/errors.ts';
import { z } from 'zod';
import type { DataFolder } from '../data-folder.ts';
import { writeDurably } from '../files.ts';

const settingsSchema = z.strictObject({
  /** Which archive is this data folder's. One folder may hold those of several stacks. */
  archive: z.string().regex(/^[0-9a-f]{16}$/),
  /** Whether anything was ever written to it: then it is never made anew, since its disk may be missing only. */
  begun: z.boolean(),
  /** The data folder these are of: a copy of it elsewhere must not write to the same archive. */
  of: z.string(),
  /** Where it is, absolute; null: backups/ of the data folder. */
  folder: z.string().nullable(),
  /** How far back any moment can be restored. */
  days: z.number().positive().max(365),
});
export type BackupSettings = z.infer<typeof settingsSchema>;

const DAYS = 7;
const fileOf = (data: DataFolder): string => path.join(data.root, 'backup.json');

/** Null: this data folder was never backed up. */
export async function readBackupSettings(data: DataFolder): Promise<BackupSettings | null> {
  const text = await readFile(fileOf(data), 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = settingsSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new MiddleError('config_invalid', `${fileOf(data)} is wrong: ${z.prettifyError(parsed.error)}`, {
    hint: 'Delete the file to begin a new archive of backups; the one before stays where it is.',
  });
}

/** @returns the settings with what was asked for; another folder is another archive. */
export async function keepBackupSettings(
  data: DataFolder,
  wanted: { readonly folder?: string | undefined; readonly days?: number | undefined } = {},
): Promise<BackupSettings> {
  const present = await readBackupSettings(data);
  const folder = wanted.folder === undefined ? (present?.folder ?? null) : path.resolve(wanted.folder);
  const isCopy = present !== null && folder !== null && present.of !== data.root;
  const isSame = present !== null && folder === present.folder && !isCopy;
  const kept = {
    ...(isSame
      ? { archive: present.archive, begun: present.begun }
      : { archive: newArchive(), begun: false }),
    of: data.root,
    folder,
    days: wanted.days ?? present?.days ?? DAYS,
  };
  if (JSON.stringify(kept) !== JSON.stringify(present)) await write(data, kept);
  return kept;
}

/** From now on another archive: what the database goes on with does not follow what the present one holds. */
export async function beginNewArchive(data: DataFolder, settings: BackupSettings): Promise<BackupSettings> {
  const next = { ...settings, archive: newArchive(), begun: false };
  await write(data, next);
  return next;
}

export async function noteBegun(data: DataFolder, settings: BackupSettings): Promise<BackupSettings> {
  const next = { ...settings, begun: true };
  await write(data, next);
  return next;
}

/** The folder with this stack's archive. */
export function archiveFolder(data: DataFolder, { folder, archive }: BackupSettings): string {
  return path.join(folder ?? data.backups, archive);
}

function write(data: DataFolder, kept: BackupSettings): Promise<void> {
  return writeDurably(fileOf(data), `${JSON.stringify(kept)}\n`);
}

function newArchive(): string {
  return randomBytes(8).toString('hex');
}
