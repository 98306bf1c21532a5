import type { Client } from '@middle/contract/client.ts';
import { EXECUTION_STATES } from '@middle/contract/executions/execution.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Context } from './context.ts';
import { findWorkflow, WORKFLOW } from './find-workflow.ts';
import { bad, careful, duration, faint, good, plural, strong, table } from './output.ts';

type Listed = Awaited<ReturnType<Client['listExecutions']>>['items'][number];
type Detail = Awaited<ReturnType<Client['getExecution']>>;
type Step = Awaited<ReturnType<Client['listStepRuns']>>['items'][number];

const PAGE_MOST = 200;
/** Characters of a value in a table. */
const VALUE_MOST = 60;

/** `middle executions list`, `get` and `cancel`. */
export function registerLooking(executions: Command, context: Context): void {
  executions
    .command('list')
    .description('List the executions of an account, newest first.')
    .argument('<account>', 'key or id of the account')
    .option('--workflow <workflow>', WORKFLOW)
    .addOption(new Option('--state <state>', 'in this state only').choices(EXECUTION_STATES))
    .option('--text <words>', 'with these words in their input, output, error or steps')
    .option('--since <time>', 'begun at this time or later, such as 2026-01-31T10:00:00Z')
    .option('--until <time>', 'begun before this time')
    .option('--limit <number>', 'how many', '50')
    .action((account: string, options: ListOptions) => list(account, options, context));
  executions
    .command('get')
    .description('Show an execution and its steps.')
    .argument('<execution>', 'its id')
    .option('--steps <number>', 'how many steps, from the first', '200')
    .action((id: string, { steps }: { steps: string }) => get(id, steps, context));
  executions
    .command('cancel')
    .description('End an execution that is under way, with all that it has begun.')
    .argument('<execution>', 'its id')
    .action(async (executionId: string) => {
      const client = await context.api();
      const asked = await client.cancelExecution({ params: { executionId } });
      context.print(asked, () => `Asked to end ${executionId}.`);
    });
}

interface ListOptions {
  readonly workflow?: string;
  readonly state?: (typeof EXECUTION_STATES)[number];
  readonly text?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
}

async function list(accountId: string, options: ListOptions, context: Context): Promise<void> {
  const { workflow, state, text, since, until } = options;
  const most = countOf(options.limit, '--limit');
  const client = await context.api();
  const workflowId = workflow === undefined ? undefined : (await findWorkflow(client, workflow)).id;
  const found = await collect<Listed>(most, (page) =>
    client.listExecutions({
      params: { accountId },
      query: {
        ...page,
        ...(workflowId !== undefined && { workflowId }),
        ...(state !== undefined && { state: [state] }),
        ...(text !== undefined && { text }),
        ...(since !== undefined && { from: since }),
        ...(until !== undefined && { to: until }),
      },
    }),
  );
  context.print(found, () =>
    found.length === 0
      ? 'No executions.'
      : table(found, [
          { title: 'QUEUED', value: ({ queuedAt }) => queuedAt },
          { title: 'WORKFLOW', value: ({ workflowName }) => workflowName },
          { title: 'STATE', value: ({ state: of }) => shaded(of) },
          { title: 'CAUSE', value: ({ cause, triggerName }) => triggerName ?? cause },
          { title: 'RECORD', value: ({ record }) => record?.id ?? '' },
          { title: 'TOOK', value: took, align: 'right' },
          { title: 'ERROR', value: ({ error }) => cut(error?.message ?? '') },
          { title: 'ID', value: ({ id }) => faint(id) },
        ]),
  );
}

async function get(executionId: string, limit: string, context: Context): Promise<void> {
  const most = countOf(limit, '--steps');
  const client = await context.api();
  const params = { executionId };
  const execution = await client.getExecution({ params });
  const steps = await collect<Step>(most, (query) => client.listStepRuns({ params, query }));
  context.print({ ...execution, stepRuns: steps }, () => rendered(execution, steps));
}

function rendered(execution: Detail, steps: readonly Step[]): string {
  const { workflowName, version, state, cause, triggerName, startedBy, queuedAt, error } = execution;
  const by = triggerName ?? startedBy;
  return [
    `${strong(workflowName)} version ${version}: ${shaded(state)}${took(execution) === '' ? '' : ` in ${took(execution)}`}`,
    `queued ${queuedAt} by ${cause}${by === null ? '' : ` (${by})`}`,
    ...(error === null ? [] : [bad(`${error.message} (${error.code})`)]),
    ...(error?.hint === undefined ? [] : [error.hint]),
    `input   ${JSON.stringify(execution.input)}`,
    ...(execution.output === null || execution.output === undefined
      ? []
      : [`output  ${JSON.stringify(execution.output)}`]),
    ...execution.bulk.map(
      ({ place, begun, total, succeeded, failed, cancelled }) =>
        `${place}: ${begun} of about ${total ?? 'many'} begun, ${succeeded} succeeded, ${failed} failed, ${cancelled} cancelled`,
    ),
    '',
    steps.length === 0
      ? 'No steps yet.'
      : table(steps, [
          { title: '#', value: ({ sequence }) => sequence, align: 'right' },
          { title: 'STEP', value: ({ place }) => place },
          { title: 'KIND', value: ({ kind }) => kind },
          { title: 'STATE', value: ({ state: of }) => shaded(of) },
          { title: 'TRIES', value: ({ attempts }) => attempts, align: 'right' },
          { title: 'RAN', value: ran, align: 'right' },
          { title: 'RESULT', value: result },
        ]),
    ...(execution.steps !== null && execution.steps > steps.length
      ? [faint(`${plural(execution.steps - steps.length, 'step')} more`)]
      : []),
  ].join('\n');
}

/** Page after page until there are as many as wanted. */
async function collect<Item>(
  most: number,
  read: (query: {
    readonly limit: number;
    readonly after?: string;
  }) => Promise<{ readonly items: readonly Item[]; readonly next: string | null }>,
): Promise<Item[]> {
  const found: Item[] = [];
  let after: string | null = null;
  do {
    const limit = Math.min(PAGE_MOST, most - found.length);
    const { items, next } = await read({ limit, ...(after !== null && { after }) });
    found.push(...items);
    after = next;
  } while (after !== null && found.length < most);
  return found;
}

function countOf(text: string, option: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new MiddleError('request_invalid', `${option} must be a number from 1 to 999999, and is “${text}”.`);
}

function shaded(state: Listed['state'] | Step['state']): string {
  if (state === 'succeeded') return good(state);
  return state === 'failed' ? bad(state) : careful(state);
}

function took({ startedAt, endedAt }: Pick<Listed, 'startedAt' | 'endedAt'>): string {
  return startedAt === null || endedAt === null ? '' : between(startedAt, endedAt);
}

const ran = ({ startedAt, ranAt }: Step): string => (ranAt === null ? '' : between(startedAt, ranAt));

function between(from: string, to: string): string {
  return duration(Math.max(0, Date.parse(to) - Date.parse(from)));
}

function result({ error, branch, output }: Step): string {
  if (error !== null) return bad(cut(`${error.message} (${error.code})`));
  if (branch !== null) return `→ ${branch}`;
  return output === null || output === undefined ? '' : cut(JSON.stringify(output));
}

function cut(text: string): string {
  return text.length > VALUE_MOST ? `${text.slice(0, VALUE_MOST)}…` : text;
}
