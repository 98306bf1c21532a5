import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@middle/contract/client.ts';
import { replaySummary } from '@middle/contract/repeats/replay-executions.ts';
import { againSummary } from '@middle/contract/repeats/run-executions-again.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Context } from '../context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { findWorkflow, WORKFLOW } from '../find-workflow.ts';
import { registerLooking } from '../look-at-executions.ts';
import { bad, careful, faint, good, plural, table } from '../output.ts';
import { readDefinition } from '../read-definition.ts';

const AGAINST = 'draft, current, recorded, the number of a version, or a JSON file with a definition';
const UNKNOWN = ['stop', 'recorded', 'example'] as const;
const ENDED = ['succeeded', 'failed', 'cancelled'] as const;

export function register(program: Command, context: Context): void {
  const executions = program
    .command('executions')
    .description('Look at executions, cancel them, run them again, replay them.');
  registerLooking(executions, context);
  executions
    .command('again')
    .description('Run an execution again, as a new one.')
    .argument('<execution>', 'its id')
    .option('--from <place>', 'the step to begin from; what came before is taken over')
    .option('--recorded', 'with the version that it ran with, not the one in force')
    .action((id: string, options: AgainOptions) => again(id, options, context));
  executions
    .command('again-all')
    .description('Run all executions again that a filter means, oldest first, and wait until they are begun.')
    .argument('<account>', 'key or id of the account')
    .option('--workflow <workflow>', WORKFLOW)
    .addOption(new Option('--state <state>', 'how they ended').choices(ENDED).default('failed'))
    .option('--since <time>', 'begun at this time or later, such as 2026-01-31T10:00:00Z')
    .option('--until <time>', 'begun before this time')
    .option('--from-end', 'each from the step in which it ended')
    .option('--recorded', 'with the version that each ran with, not the one in force')
    .option('--per-minute <number>', 'begun in a minute, at most', '600')
    .option('--dry-run', 'only say what would be done')
    .action((account: string, options: AgainAllOptions) => againAll(account, options, context));
  executions
    .command('replay')
    .description('Work an execution out again with a changed workflow, touching nothing, and compare.')
    .argument('<execution>', 'its id')
    .option('--against <workflow>', AGAINST, 'draft')
    .addOption(unknownOption())
    .action((id: string, options: ReplayOptions) => replay(id, options, context));
  executions
    .command('replay-last')
    .description('The same with the last executions of a workflow.')
    .argument('<workflow>', WORKFLOW)
    .option('--last <number>', 'how many', '100')
    .option('--against <workflow>', AGAINST, 'draft')
    .addOption(unknownOption())
    .action((named: string, options: ReplayOptions & { last: string }) =>
      replayLast(named, options, context),
    );
}

function unknownOption(): Option {
  return new Option('--unknown <policy>', 'what a step gives that asks for something else')
    .choices(UNKNOWN)
    .default('recorded');
}

interface AgainOptions {
  readonly from?: string;
  readonly recorded?: boolean;
}

async function again(executionId: string, options: AgainOptions, context: Context): Promise<void> {
  const { from, recorded = false } = options;
  const client = await context.api();
  const { id } = await client.runExecutionAgain({
    params: { executionId },
    body: { version: recorded ? 'recorded' : 'current', ...(from !== undefined && { from }) },
  });
  context.print({ id }, () => `${good('Runs again')} as ${id}.`);
}

interface AgainAllOptions {
  readonly workflow?: string;
  readonly state: (typeof ENDED)[number];
  readonly since?: string;
  readonly until?: string;
  readonly fromEnd?: boolean;
  readonly recorded?: boolean;
  readonly perMinute: string;
  readonly dryRun?: boolean;
}

async function againAll(accountId: string, options: AgainAllOptions, context: Context): Promise<void> {
  const client = await context.api();
  const { workflow, state, since, until, dryRun = false } = options;
  const workflowId = workflow === undefined ? undefined : (await findWorkflow(client, workflow)).id;
  const job = await client.runExecutionsAgain({
    params: { accountId },
    body: {
      filter: {
        state: [state],
        ...(workflowId !== undefined && { workflowId }),
        ...(since !== undefined && { from: since }),
        ...(until !== undefined && { to: until }),
      },
      from: options.fromEnd === true ? 'end' : 'start',
      version: options.recorded === true ? 'recorded' : 'current',
      perMinute: numberOf(options.perMinute, '--per-minute'),
      dryRun,
    },
  });
  const summary = againSummary.parse(await resultOf(client, job.id, context));
  const { looked, begun, skipped } = summary;
  context.print(summary, () =>
    [
      `${plural(looked, 'execution')}: ${good(`${begun.toLocaleString('en')} ${dryRun ? 'would run again' : 'run again'}`)}`,
      ...Object.entries(skipped).map(
        ([reason, count]) =>
          `  ${careful(`${count.toLocaleString('en')} left alone`)}: ${reason.replaceAll('_', ' ')}`,
      ),
    ].join('\n'),
  );
}

interface ReplayOptions {
  readonly against: string;
  readonly unknown: (typeof UNKNOWN)[number];
}

async function replay(executionId: string, options: ReplayOptions, context: Context): Promise<void> {
  const { unknown } = options;
  const client = await context.api();
  const compared = await client.replayExecution({
    params: { executionId },
    body: { against: await againstOf(options.against), unknown },
  });
  const { verdict, steps, end, notes } = compared;
  if (verdict !== 'same') process.exitCode = EXIT_CODES.checkFailed.code;
  context.print(compared, () => {
    const told = steps.filter((step) => step.verdict !== 'same');
    const rows = told.flatMap(({ place, verdict: of, why, differences: [first] }) => ({
      place,
      verdict: of.replaceAll('_', ' '),
      what:
        first === undefined
          ? (why ?? '')
          : `${first.path}: ${shown(first.recorded)} → ${shown(first.replayed)}`,
    }));
    const list = table(rows, [
      { title: 'STEP', value: ({ place }) => place },
      { title: 'VERDICT', value: ({ verdict: of }) => of },
      { title: 'WHAT', value: ({ what }) => what },
    ]);
    return [
      `${verdictWord(verdict)}: ${plural(steps.length, 'step')}, ${plural(told.length, 'is not the same', 'are not the same')}`,
      ...(told.length === 0 ? [] : [list]),
      ...(end.isSame
        ? []
        : [`It ended ${end.recorded?.state ?? 'not yet'}; now ${end.replayed?.state ?? 'nobody knows'}.`]),
      ...notes.map(faint),
    ].join('\n');
  });
}

async function replayLast(
  named: string,
  options: ReplayOptions & { readonly last: string },
  context: Context,
): Promise<void> {
  const client = await context.api();
  const { id: workflowId } = await findWorkflow(client, named);
  const { unknown } = options;
  const job = await client.replayExecutions({
    params: { workflowId },
    body: { last: numberOf(options.last, '--last'), against: await againstOf(options.against), unknown },
  });
  const summary = replaySummary.parse(await resultOf(client, job.id, context));
  if (summary.same < summary.executions) process.exitCode = EXIT_CODES.checkFailed.code;
  context.print(summary, () => {
    const { executions, same, different, unknown: unknowns, failing, refused, list } = summary;
    const counts = `${plural(executions, 'execution')}: ${same} the same, ${different} different (${failing} of them fail now), ${unknowns} unknown, ${refused} refused`;
    return list.length === 0
      ? good(counts)
      : [
          counts,
          table(list, [
            { title: 'EXECUTION', value: ({ executionId }) => executionId },
            { title: 'VERDICT', value: ({ verdict }) => verdict },
            { title: 'STEP', value: ({ place }) => place },
            { title: 'WHY', value: ({ why }) => why },
          ]),
        ].join('\n');
  });
}

async function againstOf(text: string) {
  if (text === 'draft' || text === 'current' || text === 'recorded') return text;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : readDefinition(text);
}

const POLL_MILLISECONDS = 250;

/** Waits for a job, telling how far it is. */
async function resultOf(client: Client, jobId: string, context: Context): Promise<unknown> {
  let told = -1;
  for (;;) {
    const { state, result, error, progress } = await client.getJob({ params: { jobId } });
    if (state === 'succeeded') return result;
    if (state === 'cancelled') throw new MiddleError('conflict', 'the job was cancelled');
    if (state === 'failed') throw new MiddleError('internal', error?.message ?? 'the job failed');
    if (progress !== null && progress.done > told) {
      told = progress.done;
      context.note(
        faint(`${told.toLocaleString('en')} of ${progress.total?.toLocaleString('en') ?? 'many'}`),
      );
    }
    await sleep(POLL_MILLISECONDS);
  }
}

function numberOf(text: string, option: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new MiddleError('request_invalid', `${option} must be a number from 1, and is “${text}”.`);
}

const SHOWN_MAX = 60;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

function verdictWord(verdict: 'same' | 'different' | 'unknown'): string {
  if (verdict === 'same') return good('The same');
  return verdict === 'different' ? bad('Different') : careful('Not all of it can be known');
}
