import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log, LogEvent } from '@middle/core/log.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { stackRun } from '@middle/cloud/local/stack.ts';
import type { Stack } from '@middle/cloud/local/stack.ts';
import { openPartLog } from '@middle/cloud/local/supervisor/part-log.ts';
import { dataFolderAt } from '@middle/cloud/local/data-folder.ts';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { onInterrupt } from '../interrupts.ts';
import { bad, careful, duration, faint, good, strong } from '../output.ts';
import { openBrowser } from '../open-browser.ts';
import { buildPortal } from '../portal-build.ts';
import { release } from '../release.ts';
import { sampleSource } from '../sample-source.ts';

interface Options {
  readonly port?: number;
  readonly sample: boolean;
  readonly open?: boolean;
  readonly backups?: string;
  readonly backupDays?: number;
}

export function register(program: Command, context: Context): void {
  program
    .command('up')
    .description('Start the stack and keep it running until Ctrl-C.')
    .option(
      '--port <n>',
      'port of the portal and the API on 127.0.0.1 (default: 4400, or the next free one)',
      portNumber,
    )
    .option('--open', 'show the portal in your browser, signed in, when the stack is ready')
    .option('--no-sample', 'on the first start, leave the sample out')
    .option(
      '--backups <dir>',
      'keep backups there, best on another disk (default: in the data folder); stays set',
    )
    .option(
      '--backup-days <n>',
      'how far back any moment can be restored (default: 7); stays set',
      backupDays,
    )
    .addHelpText('after', HELP)
    .action((options: Options) => runUp({ ...options, dataFolder: context.dataFolder }, context));
}

const HELP = `
Ctrl-C ends every part cleanly; a second Ctrl-C ends them at once. Nothing that was accepted is lost either way.
With --json one line is printed when the stack is ready: { address, signInLink, dataFolder, pid, parts }.`;

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 (any free one) to 65535.');
}

function backupDays(text: string): number {
  const days = Number(text);
  if (Number.isFinite(days) && days > 0 && days <= 365) return days;
  throw new InvalidArgumentError('It is a number of days from above 0 to 365.');
}

/** Runs the stack of a data folder until it is ended. */
export async function runUp(
  options: Omit<Options, 'port'> & { readonly dataFolder: string; readonly port?: number | null },
  context: Context,
): Promise<void> {
  const begin = performance.now();
  const version = await release();
  const parts: { name: string; milliseconds: number }[] = [];
  const step = (name: string, milliseconds: number): void => {
    parts.push({ name, milliseconds: Math.round(milliseconds) });
    context.note(`  ${good('✓')} ${name.padEnd(14)} ${faint(duration(milliseconds).padStart(8))}`);
  };
  const ended = Promise.withResolvers<void>();
  const page = path.join(dataFolderAt(options.dataFolder).run, 'open.html');
  const source = sampleSource();
  let stack: Stack | null = null;
  const installed = (): Stack => {
    if (stack !== null) return stack;
    throw new MiddleError('not_running', 'The stack is still starting.');
  };
  const run = stackRun({
    dataFolder: options.dataFolder,
    port: options.port ?? null,
    release: version,
    log: logTo(options.dataFolder, context),
    backups: { folder: options.backups, days: options.backupDays },
    step,
    beside: (data) => source.parts(data),
    stopAsked: () => ended.resolve(),
    controls: {
      'POST /sample/start': () => source.start(installed()),
      'POST /sample/stop': () => source.stop(installed()).then(() => ({})),
    },
  });
  let interrupted = false;
  const interrupts = onInterrupt(
    () => {
      interrupted = true;
      context.note(`\nStopping ${faint('(Ctrl-C again ends it at once)')}`);
      ended.resolve();
      void run.stop();
    },
    () => {
      process.exitCode = EXIT_CODES.interrupted.code;
      void run.kill();
    },
  );
  // Parts must not outlive a supervisor that has gone wrong.
  process.once('uncaughtException', ended.reject);
  ended.promise.catch(() => {});
  context.note(strong(`Middle ${version}`));
  try {
    const building = buildPortal();
    building.catch(() => {});
    stack = await run.start();
    const buildTime = await building;
    if (buildTime !== null) step('portal build', buildTime);
    if (stack.created && options.sample) await installSample(context, step);
    const link = await signInLink(stack);
    tellReady(context, { stack, link, parts, milliseconds: Math.round(performance.now() - begin) });
    if (options.open === true) await showPortal(link, page, context);
    await ended.promise;
  } catch (error) {
    // What was under way when a person ended it has failed, and is no news.
    if (!interrupted) throw error;
    process.exitCode = EXIT_CODES.interrupted.code;
  } finally {
    const stopBegin = performance.now();
    await run.stop();
    await rm(page, { force: true });
    interrupts.stopListening();
    if (stack !== null) context.note(`Stopped in ${duration(performance.now() - stopBegin)}.`);
  }
}

interface Ready {
  readonly stack: Stack;
  readonly link: string;
  readonly parts: readonly { name: string; milliseconds: number }[];
  readonly milliseconds: number;
}

function tellReady(context: Context, { stack, link, parts, milliseconds }: Ready): void {
  const { address, data, preview } = stack;
  context.note('');
  context.print(
    { address, signInLink: link, dataFolder: data.root, pid: process.pid, milliseconds, parts },
    () =>
      [
        `  ${strong('Portal ')}  ${address}`,
        `  ${strong('Sign in')}  ${link} ${faint('(works once, for 15 minutes)')}`,
        `  ${strong('Data   ')}  ${data.root}`,
        ...(preview === null ? [] : [careful(`  This stack only shows what was at ${preview}.`)]),
        '',
        `Ready in ${duration(milliseconds)}. ${faint('Ctrl-C stops it.')}`,
      ].join('\n'),
  );
}

async function showPortal(link: string, page: string, context: Context): Promise<void> {
  if (!(await openBrowser(link, page)))
    context.note(`  ${careful('!')} No browser could be opened here: open the link yourself.`);
}

/** What happens to the parts: to logs/supervisor.log, and to the terminal when a person should know. */
function logTo(dataFolder: string, context: Context): Log {
  const file = path.join(dataFolderAt(dataFolder).logs, 'supervisor.log');
  return (event: LogEvent) => {
    const at = new Date().toISOString();
    const log = openPartLog(file);
    log.write(`${JSON.stringify({ at, ...event })}\n`);
    log.close();
    const mark = event.level === 'error' ? bad('✗') : careful('!');
    if (event.level === 'warn' || event.level === 'error')
      context.note(`  ${mark} ${faint(at.slice(11, 19))} ${event.message}`);
  };
}

/** In a process of its own: what it needs for its minute would otherwise stay in this one's memory. */
async function installSample(
  context: Context,
  step: (name: string, milliseconds: number) => void,
): Promise<void> {
  const begin = performance.now();
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, '--data', context.dataFolder, '--json', 'sample', 'add'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = await once(child, 'close');
  if (code === 0) {
    step('sample', performance.now() - begin);
    context.note(`    ${faint('remove it with: middle sample remove')}`);
  } else
    context.note(
      `  ${bad('✗')} The sample could not be installed; the stack runs without it.\n${output.trimEnd()}`,
    );
}

async function signInLink(stack: Stack): Promise<string> {
  const response = await fetch(`${stack.address}/api/v1/sign-in-links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.secrets.cliToken}`, 'content-type': 'application/json' },
    body: '{}',
  });
  const answer: unknown = await response.json();
  if (response.ok && typeof answer === 'object' && answer !== null && 'path' in answer) {
    return `${stack.address}${String(answer.path)}`;
  }
  throw new MiddleError('internal', `The API made no sign-in link: ${JSON.stringify(answer)}`);
}
