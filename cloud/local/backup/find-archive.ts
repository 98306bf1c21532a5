import { access } from 'node:fs/promises';
import path from 'node:path';
import { MiddleError } from '@middle/core/errors.ts';
import { dataFolderAt } from '../data-folder.ts';
import { localKeys } from '../keys.ts';
import { listArchives, openArchive } from './archive.ts';
import type { Archive } from './archive.ts';
import { archiveFolder, readBackupSettings } from './settings.ts';
import { BACKUP_KEY } from './vault.ts';

export interface ArchiveChoice {
  /** The data folder of the stack that the backups are of; it may be lost when the other three are given. */
  readonly dataFolder: string;
  /** A folder of backups. */
  readonly from?: string | undefined;
  /** Which archive of that folder. */
  readonly archive?: string | undefined;
  /** A copy of the stack's key. */
  readonly key?: string | undefined;
}

/** The backups that a person means, opened with the stack's key. */
export async function findArchive(
  choice: ArchiveChoice,
): Promise<{ readonly archive: Archive; readonly stackKey: string }> {
  const data = dataFolderAt(choice.dataFolder);
  const stackKey = path.resolve(choice.key ?? path.join(data.keys, 'stack.key'));
  const folder = await folderOf(choice);
  await access(stackKey).catch((cause: unknown) => {
    throw new MiddleError('backup_key_wrong', `The stack's key is not there: ${stackKey}`, {
      hint: 'Backups are sealed with it. Name your copy of keys/stack.key with --key FILE.',
      cause,
    });
  });
  const key = await localKeys({ file: stackKey }).derive(BACKUP_KEY);
  return { archive: await openArchive({ folder, key, mode: 'open' }), stackKey };
}

async function folderOf({ dataFolder, from, archive }: ArchiveChoice): Promise<string> {
  const data = dataFolderAt(dataFolder);
  const settings = await readBackupSettings(data);
  if (from === undefined) {
    if (settings !== null)
      return archiveFolder(data, archive === undefined ? settings : { ...settings, archive });
    throw new MiddleError('backup_missing', `${data.root} was never backed up.`, {
      hint: 'A stack makes backups while it runs. If its data folder is lost, name the folder of backups with --from DIR.',
    });
  }
  const folder = path.resolve(from);
  if (archive !== undefined) return path.join(folder, archive);
  const found = await listArchives(folder);
  const own = found.find((name) => name === settings?.archive) ?? (found.length === 1 ? found[0] : undefined);
  if (own !== undefined) return path.join(folder, own);
  throw new MiddleError(
    'backup_missing',
    found.length === 0
      ? `There are no backups in ${folder}.`
      : `${folder} has the backups of ${found.length} stacks.`,
    found.length === 0 ? {} : { hint: `Name one with --archive: ${found.join(', ')}.` },
  );
}
