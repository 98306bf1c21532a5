import type { Restored } from '@middle/cloud/local/backup/restore.ts';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { careful, duration, faint, good, megabytes, strong } from '../output.ts';
import { choosing } from './backup.ts';
import { runUp } from './up.ts';

interface Options {
  readonly to: Date | 'latest';
  readonly into: string;
  readonly preview?: boolean;
  readonly port?: number;
  readonly from?: string;
  readonly archive?: string;
  readonly key?: string;
}

export function register(program: Command, context: Context): void {
  choosing(program.command('restore'))
    .description('Make a new data folder with the stack as it was at any moment of its backups.')
    .requiredOption(
      '--to <time>',
      'ISO time with its zone, such as 2026-05-01T12:00:00Z, or `latest`',
      readMoment,
    )
    .requiredOption('--into <dir>', 'the new data folder: empty, or not there yet')
    .option('--preview', 'to look at only: start it at once, read-only, with nothing running by itself')
    .option('--port <n>', 'port of the preview (default: 4400, or the next free one)', Number)
    .addHelpText('after', HELP)
    .action((options: Options) => restore(options, context));
}

const HELP = `
The stack and its data folder stay as they are. To go on from what was restored: \`middle stop\`, then
\`middle up --data DIR\` with the new folder. Never run both as ordinary stacks: both would sync.`;

function readMoment(text: string): Date | 'latest' {
  if (text === 'latest') return text;
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  const moment = new Date(text);
  if (isWhole && !Number.isNaN(moment.getTime())) return moment;
  throw new InvalidArgumentError('It is `latest`, or a time with its zone, such as 2026-05-01T12:00:00Z.');
}

async function restore(options: Options, context: Context): Promise<void> {
  const { findArchive } = await import('@middle/cloud/local/backup/find-archive.ts');
  const { restoreStack } = await import('@middle/cloud/local/backup/restore.ts');
  const { to, into, preview = false, port, ...choice } = options;
  const { archive, stackKey } = await findArchive({ dataFolder: context.dataFolder, ...choice });
  const restored = await restoreStack({
    archive,
    stackKey,
    moment: to,
    into,
    preview,
    step: (name, milliseconds) =>
      context.note(`  ${good('✓')} ${name.padEnd(14)} ${faint(duration(milliseconds).padStart(8))}`),
  });
  context.print(restored, () => tell(restored, preview));
  if (preview) await runUp({ dataFolder: restored.dataFolder, port: port ?? null, sample: false }, context);
}

function tell(
  { dataFolder, lastCommitAt, base, logBytes, indexes, milliseconds }: Restored,
  preview: boolean,
): string {
  return [
    `${strong('Restored')} in ${duration(milliseconds)}: everything that was committed until ${
      lastCommitAt?.toISOString() ?? `the base backup of ${base.endedAt.toISOString()}`
    }.`,
    faint(
      `From the base backup of ${base.endedAt.toISOString()} and ${megabytes(logBytes)} of log; ${indexes} indexes are in order.`,
    ),
    'The search index is built anew when it starts. Files that exports wrote and logs of the parts are not in backups.',
    preview
      ? careful('It only shows what was: nothing can be changed, nothing runs by itself.')
      : `Start it with: middle up --data ${dataFolder}  ${careful('(stop the other first: both would sync)')}`,
  ].join('\n');
}
