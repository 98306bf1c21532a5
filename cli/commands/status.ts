import { backupStateSchema } from '@middle/core/backup/state.ts';
import type { BackupState } from '@middle/core/backup/state.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { bad, careful, duration, faint, good, megabytes, strong, table } from '../output.ts';

const status = z.object({
  release: z.string(),
  dataFolder: z.string(),
  address: z.string().nullable(),
  startedAt: z.string(),
  pid: z.int(),
  memoryBytes: z.number().nullable(),
  disk: z.object({ freeBytes: z.number(), bytes: z.number() }),
  backup: backupStateSchema.nullable(),
  parts: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['starting', 'ready', 'waiting', 'stopping', 'stopped']),
      pid: z.int().nullable(),
      since: z.string(),
      restarts: z.int(),
      lastExit: z.string().nullable(),
      memoryBytes: z.number().nullable(),
    }),
  ),
});
type Status = z.infer<typeof status>;

export function register(program: Command, context: Context): void {
  program
    .command('status')
    .description('Show the parts of the running stack: state, memory, restarts.')
    .action(async () => {
      try {
        const value = status.parse(await context.control('GET', '/status'));
        context.print({ running: true, ...value }, () => render(value));
      } catch (error) {
        if (!(error instanceof MiddleError) || error.code !== 'not_running') throw error;
        context.print(
          { running: false, dataFolder: context.dataFolder },
          () => `${error.message} ${error.hint ?? ''}`,
        );
        process.exitCode = EXIT_CODES.notRunning.code;
      }
    });
}

const COLORS = { ready: good, starting: careful, waiting: bad, stopping: careful, stopped: bad };

function render({
  release,
  dataFolder,
  address,
  startedAt,
  pid,
  memoryBytes,
  disk,
  backup,
  parts,
}: Status): string {
  return [
    `${strong(`Middle ${release}`)} at ${address ?? 'no address yet'}, up for ${duration(Date.now() - Date.parse(startedAt))}`,
    faint(`process ${pid}, data folder ${dataFolder}`),
    '',
    table(parts, [
      { title: 'PART', value: ({ name }) => name },
      { title: 'STATE', value: ({ state }) => COLORS[state](state) },
      { title: 'FOR', value: ({ since }) => duration(Date.now() - Date.parse(since)), align: 'right' },
      { title: 'PROCESS', value: (part) => part.pid, align: 'right' },
      {
        title: 'MEMORY',
        value: (part) => (part.memoryBytes === null ? '' : megabytes(part.memoryBytes)),
        align: 'right',
      },
      { title: 'RESTARTS', value: ({ restarts }) => restarts, align: 'right' },
      { title: 'LAST END', value: ({ lastExit }) => lastExit },
    ]),
    ...(memoryBytes === null ? [] : ['', `${megabytes(memoryBytes)} in all, this supervisor included`]),
    ...(backup === null ? [] : ['', ...renderBackup(backup)]),
    ...(disk.freeBytes < LITTLE_BYTES ? [bad(`only ${megabytes(disk.freeBytes)} of the disk are free`)] : []),
  ].join('\n');
}

const LITTLE_BYTES = 1024 ** 3;
const BACKUP_COLORS = { current: good, starting: careful, behind: careful, unreachable: bad, off: careful };

function renderBackup({
  state,
  problem,
  window,
  verification,
  baseProblem,
  storedBytes,
}: BackupState): string[] {
  const spans = window.map(({ from, to }) => `${from} to ${to}`).join(', ');
  return [
    `Backups ${BACKUP_COLORS[state](state)}, ${megabytes(storedBytes)}: ${spans === '' ? 'nothing can be restored yet' : spans}`,
    ...(problem === null ? [] : [bad(problem)]),
    ...(baseProblem === null ? [] : [bad(`The last base backup failed: ${baseProblem}`)]),
    verification === null
      ? faint('not restored on trial yet')
      : `${verification.passed ? good('restored on trial') : bad('could not be restored on trial')} ${verification.at}${verification.passed ? '' : `: ${verification.message}`}`,
  ];
}
