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

function render({ release, dataFolder, address, startedAt, pid, memoryBytes, parts }: Status): string {
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
  ].join('\n');
}
