import { setTimeout as sleep } from 'node:timers/promises';
import { dataFolderAt } from '@middle/cloud/local/data-folder.ts';
import { readRunning } from '@middle/cloud/local/stack-lock.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { duration } from '../output.ts';

const WITHIN_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 50;

export function register(program: Command, context: Context): void {
  program
    .command('stop')
    .description('Stop a stack that runs elsewhere, and wait until it has ended.')
    .action(async () => {
      const begin = performance.now();
      await context.control('POST', '/stop');
      const data = dataFolderAt(context.dataFolder);
      while ((await readRunning(data)) !== null) {
        if (performance.now() - begin > WITHIN_MILLISECONDS) {
          throw new MiddleError('internal', 'The stack did not end within a minute.', {
            hint: 'See `middle status` and logs/supervisor.log in the data folder.',
          });
        }
        await sleep(POLL_MILLISECONDS);
      }
      const milliseconds = Math.round(performance.now() - begin);
      context.print({ stopped: true, milliseconds }, () => `Stopped in ${duration(milliseconds)}.`);
    });
}
