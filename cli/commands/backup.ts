import path from 'node:path';
import { backupStateSchema } from '@middle/core/backup/state.ts';
import type { BackupState } from '@middle/core/backup/state.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { bad, careful, duration, faint, good, megabytes, table } from '../output.ts';

interface Choice {
  readonly from?: string;
  readonly archive?: string;
  readonly key?: string;
}

export function register(program: Command, context: Context): void {
  const backup = program.command('backup').description('See and check the backups of the stack.');
  choosing(backup.command('list'))
    .description('List base backups, and the moments that can be restored.')
    .action((choice: Choice) => list(choice, context));
  backup
    .command('now')
    .description('Take a base backup of the running stack now. It takes one each day by itself.')
    .action(() => now(context));
  choosing(backup.command('verify'))
    .description('Restore the newest base backup on trial, and compare its rows with those of then.')
    .action((choice: Choice) => verify(choice, context));
}

/** Which backups: by default those of the data folder. */
export function choosing(command: Command): Command {
  return command
    .option('--from <dir>', 'a folder of backups (default: that of the data folder)')
    .option('--archive <id>', 'which backups of that folder, when it has those of several stacks')
    .option('--key <file>', "a copy of the stack's keys/stack.key (default: that of the data folder)");
}

async function list(choice: Choice, context: Context): Promise<void> {
  const { findArchive } = await import('@middle/cloud/local/backup/find-archive.ts');
  const { spansOf, windowOf } = await import('@middle/core/backup/catalog.ts');
  const { archive } = await findArchive({ dataFolder: context.dataFolder, ...choice });
  const catalog = await archive.catalog();
  const window = windowOf(catalog).map(({ from, to }) => ({
    from: from.toISOString(),
    to: to.toISOString(),
  }));
  const complete = new Set(spansOf(catalog).map(({ base }) => base.id));
  const bases = catalog.bases
    .map(({ id, endedAt, release, parts, plainBytes }) => ({
      id,
      at: endedAt.toISOString(),
      release,
      bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      plainBytes,
      complete: complete.has(id),
    }))
    .toSorted((one, other) => (one.at < other.at ? 1 : -1));
  const logBytes = catalog.pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  context.print({ folder: archive.folder, window, bases, logBytes }, () =>
    [
      window.length === 0
        ? careful('Nothing can be restored yet.')
        : `Any moment can be restored ${window.map(({ from, to }) => `from ${good(from)} to ${good(to)}`).join(', and ')}`,
      faint(`${archive.folder}, ${megabytes(logBytes)} of log`),
      '',
      table(bases, [
        { title: 'BASE BACKUP', value: ({ at }) => at },
        { title: 'STATE', value: (base) => (base.complete ? good('complete') : bad('its log is missing')) },
        { title: 'SIZE', value: ({ bytes }) => megabytes(bytes), align: 'right' },
        { title: 'DATABASE', value: ({ plainBytes }) => megabytes(plainBytes), align: 'right' },
        { title: 'RELEASE', value: ({ release }) => release },
      ]),
    ].join('\n'),
  );
}

async function now(context: Context): Promise<void> {
  const { lastBase } = await ask(context, '/backup/base');
  if (lastBase === null) throw new MiddleError('internal', 'The base backup is not there.');
  context.print(
    lastBase,
    () => `A base backup of ${megabytes(lastBase.bytes)} was taken in ${duration(lastBase.milliseconds)}.`,
  );
}

async function verify(choice: Choice, context: Context): Promise<void> {
  const isOther = Object.keys(choice).length > 0;
  const verification = (isOther ? null : await askRunning(context)) ?? (await verifyHere(choice, context));
  const { passed, message, milliseconds } = verification;
  context.print(
    verification,
    () => `${passed ? good('✓') : bad('✗')} ${message} ${faint(duration(milliseconds))}`,
  );
  if (!passed) process.exitCode = EXIT_CODES.checkFailed.code;
}

/** The running stack does it, and notes how it went; null when none runs. */
async function askRunning(context: Context): Promise<BackupState['verification']> {
  try {
    return (await ask(context, '/backup/verify')).verification;
  } catch (error) {
    if (error instanceof MiddleError && error.code === 'not_running') return null;
    throw error;
  }
}

async function verifyHere(
  choice: Choice,
  context: Context,
): Promise<NonNullable<BackupState['verification']>> {
  const { findArchive } = await import('@middle/cloud/local/backup/find-archive.ts');
  const { verifyBackups } = await import('@middle/cloud/local/backup/verify.ts');
  const { systemClock } = await import('@middle/cloud/local/clock.ts');
  const { archive } = await findArchive({ dataFolder: context.dataFolder, ...choice });
  return verifyBackups({ archive, scratch: path.join(context.dataFolder, 'scratch'), clock: systemClock });
}

async function ask(context: Context, route: string): Promise<BackupState> {
  return backupStateSchema.parse(await context.control('POST', route));
}
