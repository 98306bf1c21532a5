/**
 * One job on a stack's backups, in a process of its own: `base` takes a base backup, `verify` restores on trial.
 *
 *   MIDDLE_CONFIG=FILE node main.ts
 */
import { readFile } from 'node:fs/promises';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { z } from 'zod';
import { systemClock as clock } from '../clock.ts';
import { writeDurably } from '../files.ts';
import { localKeys } from '../keys.ts';
import { openArchive } from './archive.ts';
import { takeBaseBackup } from './base-backup.ts';
import { BACKUP_KEY } from './vault.ts';
import { verifyBackups } from './verify.ts';

const configSchema = z.strictObject({
  job: z.enum(['base', 'verify']),
  archive: z.string(),
  stackKey: z.string(),
  superuser: z.strictObject({
    host: z.string(),
    port: z.int(),
    database: z.string(),
    user: z.string(),
    password: z.string(),
  }),
  release: z.string(),
  scratch: z.string(),
  /** Where to write how it went. */
  resultFile: z.string(),
});

const file = process.env['MIDDLE_CONFIG'];
if (file === undefined) throw new MiddleError('config_invalid', 'MIDDLE_CONFIG is not set');
const config = configSchema.parse(JSON.parse(await readFile(file, 'utf8')));

async function work(): Promise<void> {
  const key = await localKeys({ file: config.stackKey }).derive(BACKUP_KEY);
  const archive = await openArchive({ folder: config.archive, key, mode: 'open' });
  switch (config.job) {
    case 'base':
      await takeBaseBackup({ archive, superuser: config.superuser, release: config.release, clock });
      break;
    case 'verify':
      await verifyBackups({ archive, scratch: config.scratch, clock });
      break;
  }
}

const error = await work().then(() => null, told);
await writeDurably(config.resultFile, JSON.stringify({ error }));

function told(failure: unknown): string {
  const hint = failure instanceof MiddleError && failure.hint !== undefined ? ` ${failure.hint}` : '';
  return `${messageOf(failure)}${hint}`;
}
