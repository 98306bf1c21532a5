import type { Command } from 'commander';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { good } from '../output.ts';

const started = z.object({ url: z.string() });

export function register(program: Command, context: Context): void {
  const sample = program
    .command('sample')
    .description(
      'The sample: an outside system on this machine, and an app that brings its cities and airports.',
    );
  sample
    .command('install')
    .description('Start the outside system and connect the atlas app to it.')
    .action(() => install(context));
  sample
    .command('remove')
    .description('Delete the sample with all its records, and stop the outside system.')
    .action(() => remove(context));
}

async function install(context: Context): Promise<void> {
  const { installSample } = await import('../sample.ts');
  const client = await context.api();
  const { url } = started.parse(await context.control('POST', '/sample/start'));
  const installed = await installSample(client, url);
  context.print(
    { ...installed, source: url },
    () =>
      `${good('✓')} The sample is in account ${installed.account}: ${url} brings cities, airports and countries.`,
  );
}

async function remove(context: Context): Promise<void> {
  const { removeSample } = await import('../sample.ts');
  await removeSample(await context.api());
  await context.control('POST', '/sample/stop');
  context.print({ removed: true }, () => `${good('✓')} The sample is removed.`);
}
