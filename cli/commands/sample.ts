import type { Command } from 'commander';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { bad, careful, faint, good } from '../output.ts';

const started = z.object({ url: z.string() });
const parts = z.object({ parts: z.array(z.object({ name: z.string(), state: z.string() })) });

export function register(program: Command, context: Context): void {
  const sample = program
    .command('sample')
    .description(
      'The sample: an outside system on this machine, and an app that brings its cities and airports.',
    );
  sample
    .command('status')
    .description('Say whether the sample is there, and whether its outside system runs.')
    .action(() => status(context));
  sample
    .command('add')
    .alias('install')
    .description('Start the outside system and connect the atlas app to it.')
    .action(() => install(context));
  sample
    .command('remove')
    .description('Delete the sample with all its records, and stop the outside system.')
    .action(() => remove(context));
}

async function status(context: Context): Promise<void> {
  const { findSample } = await import('../sample.ts');
  const { SOURCE_PART } = await import('../sample-source.ts');
  const sample = await findSample(await context.api());
  const running = parts.parse(await context.control('GET', '/status')).parts;
  const source = running.find(({ name }) => name === SOURCE_PART)?.state ?? null;
  context.print({ installed: sample !== null, ...sample, source }, () => {
    if (sample === null) return `The sample is not here. ${faint('Add it with: middle sample add')}`;
    const syncs = sample.enabled ? good('on') : careful('off');
    const state = source === 'ready' ? good(source) : bad(source ?? 'not there');
    return [
      `The sample is connection ${sample.connection}, which is ${syncs}; its outside system is ${state}.`,
      faint('Take it away, with all its records: middle sample remove'),
    ].join('\n');
  });
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
