import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataFolderAt } from '@middle/cloud/local/data-folder.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { LogReader } from '../log-reader.ts';
import type { PartLine } from '../log-reader.ts';
import { bad, careful, faint } from '../output.ts';

interface Options {
  readonly follow?: boolean;
  readonly lines: number;
  readonly invocation?: string;
}

const POLL_MILLISECONDS = 250;

export function register(program: Command, context: Context): void {
  program
    .command('logs')
    .description("Show what the stack's parts said, or what a function printed.")
    .argument('[part]', 'only this part: postgres, api, worker, supervisor, sample-source')
    .option('-f, --follow', 'go on as lines come, until Ctrl-C')
    .option('-n, --lines <n>', 'how many of the last lines', lineCount, 50)
    .option('--invocation <id>', 'what this run of a function printed')
    .addHelpText('after', '\nWith --json each line is one JSON object: { at, part, level, code?, message }.')
    .action(async (part: string | undefined, options: Options) => {
      if (options.invocation !== undefined) await functionLogs(options.invocation, options, context);
      else await partLogs(part ?? null, options, context);
    });
}

function lineCount(text: string): number {
  const lines = Number(text);
  if (Number.isInteger(lines) && lines >= 0 && lines <= 100_000) return lines;
  throw new InvalidArgumentError('A whole number from 0 to 100000.');
}

async function partLogs(part: string | null, options: Options, context: Context): Promise<void> {
  const folder = dataFolderAt(context.dataFolder).logs;
  const names = (await readdir(folder).catch(() => []))
    .filter((name) => name.endsWith('.log'))
    .map((name) => name.slice(0, -4));
  if (part !== null && !names.includes(part)) {
    throw new MiddleError('not_found', `There is no log of ${part} in ${folder}.`, {
      hint:
        names.length === 0 ? 'The stack has not run on this data folder.' : `There are: ${names.join(', ')}.`,
    });
  }
  const readers = names
    .filter((name) => part === null || name === part)
    .map((name) => new LogReader(path.join(folder, `${name}.log`), name));
  const last = (await Promise.all(readers.map((reader) => reader.last(options.lines)))).flat();
  last.sort(byTime);
  for (const line of last.slice(Math.max(0, last.length - options.lines))) show(line, context);
  while (options.follow === true) {
    await sleep(POLL_MILLISECONDS);
    const fresh = (await Promise.all(readers.map((reader) => reader.fresh()))).flat();
    for (const line of fresh.sort(byTime)) show(line, context);
  }
}

/** Lines without a time of their own stay behind the one before them: each has inherited its time. */
const byTime = (one: PartLine, other: PartLine): number => one.at.localeCompare(other.at);

function show(line: PartLine, context: Context): void {
  context.print(line, () => {
    const level = { error: bad, warn: careful, info: String, debug: faint }[line.level];
    return `${faint(line.at.slice(11, 23))} ${line.part.padEnd(10)} ${level(line.message)}`;
  });
}

/** An invocation's lines; with --follow until it has ended. */
async function functionLogs(invocationId: string, options: Options, context: Context): Promise<void> {
  const client = await context.api();
  let after: string | undefined;
  for (;;) {
    const { state } = await client.getInvocation({ params: { invocationId } });
    for (let more = true; more;) {
      const query = { limit: 1_000, ...(after === undefined ? {} : { after }) };
      const page = await client.listInvocationLogs({ params: { invocationId }, query });
      for (const { at, level, text } of page.items) {
        const shade = { error: bad, warn: careful, info: String, debug: faint }[level];
        context.print(
          { at, part: 'function', level, message: text },
          () => `${faint(at.slice(11, 23))} ${shade(text)}`,
        );
      }
      more = page.next !== null;
      after = page.next ?? after;
    }
    if (options.follow !== true || state === 'ended') return;
    await sleep(POLL_MILLISECONDS * 2);
  }
}
