import type { Log } from '@middle/core/log.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { systemClock } from '../clock.ts';
import type { DataFolder, Secrets } from '../data-folder.ts';
import { localKeys } from '../keys.ts';
import type { ControlHandlers } from '../supervisor/control.ts';
import { Backups } from './backups.ts';
import { backupJobs } from './jobs.ts';
import { keepBackupSettings } from './settings.ts';
import { BACKUP_KEY } from './vault.ts';

/** The backups of a stack that runs, by the settings of its data folder. */
export async function startBackups(
  options: {
    readonly release: string;
    readonly log: Log;
    /** To change the settings. */
    readonly backups?: { readonly folder?: string | undefined; readonly days?: number | undefined };
  },
  { data, secrets, superuser }: { data: DataFolder; secrets: Secrets; superuser: DatabaseAddress },
): Promise<Backups> {
  const { release, log } = options;
  const { stackKey } = secrets;
  return new Backups({
    data,
    settings: await keepBackupSettings(data, options.backups),
    key: await localKeys({ file: stackKey }).derive(BACKUP_KEY),
    superuser,
    jobs: backupJobs({ data, stackKey, superuser, release }),
    clock: systemClock,
    log,
  });
}

/** What the supervisor does for the command line. */
export function backupControls(backups: () => Backups): ControlHandlers {
  return {
    'POST /backup/base': async () => {
      await backups().takeBase();
      return backups().state();
    },
    'POST /backup/verify': async () => {
      await backups().verify();
      return backups().state();
    },
  };
}
