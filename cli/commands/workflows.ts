import type { Client } from '@middle/contract/client.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { findWorkflow, listAllWorkflows, WORKFLOW } from '../find-workflow.ts';
import { bad, careful, faint, good, plural, table } from '../output.ts';
import { parseJson, readDefinition } from '../read-definition.ts';

export function register(program: Command, context: Context): void {
  const workflows = program.command('workflows').description('Look at workflows, change and start them.');
  workflows
    .command('list')
    .description('List the workflows of an account, or of all.')
    .argument('[account]', 'key or id of the account')
    .action((account: string | undefined) => list(account, context));
  workflows
    .command('get')
    .description('Print a definition as JSON: of the published version, or what --version names.')
    .argument('<workflow>', WORKFLOW)
    .option('--version <number>', 'number of a version, or draft')
    .action((named: string, { version }: { version?: string }) => get(named, version, context));
  workflows
    .command('save')
    .description('Make the definition in a JSON file the draft, and say what is wrong with it.')
    .argument('<workflow>', WORKFLOW)
    .argument('<file>', 'as `middle workflows get` prints it')
    .option('--publish', 'publish it when nothing is wrong')
    .option('--notes <text>', 'what changed, for the list of versions')
    .action((named: string, file: string, options: SaveOptions) => save(named, file, options, context));
  workflows
    .command('versions')
    .description('List the published versions, newest first.')
    .argument('<workflow>', WORKFLOW)
    .action((named: string) => versions(named, context));
  workflows
    .command('start')
    .description('Start an execution of the published version.')
    .argument('<workflow>', WORKFLOW)
    .option('--input <json>', 'an object with its inputs by their keys', '{}')
    .action((named: string, { input }: { input: string }) => start(named, input, context));
}

async function list(account: string | undefined, context: Context): Promise<void> {
  const found = await listAllWorkflows(await context.api(), account);
  context.print(found, () =>
    found.length === 0
      ? 'No workflows.'
      : table(found, [
          { title: 'WORKFLOW', value: ({ accountKey, name }) => `${accountKey}/${name}` },
          { title: 'VERSION', value: ({ version }) => version ?? 'draft only', align: 'right' },
          { title: 'STEPS', value: ({ steps }) => steps, align: 'right' },
          { title: 'TRIGGERS', value: (one) => `${one.enabledTriggers} of ${one.triggers} on` },
          { title: 'UNDER WAY', value: ({ open }) => open, align: 'right' },
          { title: 'STATE', value: ({ enabled }) => (enabled ? good('on') : careful('off')) },
          { title: 'ID', value: ({ id }) => faint(id) },
        ]),
  );
}

async function get(named: string, version: string | undefined, context: Context): Promise<void> {
  const client = await context.api();
  const { id: workflowId, version: inForce } = await findWorkflow(client, named);
  const wanted = version ?? (inForce === null ? 'draft' : String(inForce));
  const { definition } =
    wanted === 'draft'
      ? { definition: (await client.getWorkflow({ params: { workflowId } })).draft }
      : await client.getWorkflowVersion({ params: { workflowId, version: numberOf(wanted) } });
  context.print(definition, () => JSON.stringify(definition, null, 2));
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new MiddleError('request_invalid', `“${text}” is no version.`, {
    hint: 'Give a number such as 3, or draft.',
  });
}

interface SaveOptions {
  readonly publish?: boolean;
  readonly notes?: string;
}

async function save(named: string, file: string, options: SaveOptions, context: Context): Promise<void> {
  const definition = await readDefinition(file);
  const client = await context.api();
  const { id: workflowId } = await findWorkflow(client, named);
  const params = { workflowId };
  const { draftRevision } = await client.getWorkflow({ params });
  const saved = await client.saveWorkflowDraft({ params, body: { definition, revision: draftRevision } });
  if (saved.problems.length > 0) {
    context.print(saved, () => renderProblems(saved.problems));
    process.exitCode = EXIT_CODES.checkFailed.code;
  } else if (options.publish === true) {
    const { revision } = saved;
    const published = await client.publishWorkflow({
      params,
      body: { revision, ...(options.notes === undefined ? {} : { notes: options.notes }) },
    });
    context.print(published, () => good(`Published version ${published.version}.`));
  } else {
    context.print(saved, () => good('Saved the draft; nothing is wrong with it.'));
  }
}

type Problems = Awaited<ReturnType<Client['saveWorkflowDraft']>>['problems'];

function renderProblems(problems: Problems): string {
  const lines = problems.map(({ path, message, suggestion }) => {
    const hint = suggestion === undefined ? '' : faint(` (${suggestion})`);
    return `  ${path}: ${message}${hint}`;
  });
  return [bad(`Saved the draft; it has ${plural(problems.length, 'problem')}:`), ...lines].join('\n');
}

async function versions(named: string, context: Context): Promise<void> {
  const client = await context.api();
  const { id: workflowId } = await findWorkflow(client, named);
  const { items } = await client.listWorkflowVersions({ params: { workflowId }, query: { limit: 200 } });
  context.print(items, () =>
    items.length === 0
      ? 'Nothing was published yet.'
      : table(items, [
          { title: 'VERSION', value: ({ version }) => version, align: 'right' },
          { title: 'PUBLISHED', value: ({ publishedAt }) => publishedAt },
          { title: 'BY', value: ({ publishedBy }) => publishedBy },
          { title: '', value: ({ isInForce }) => (isInForce ? good('in force') : '') },
          { title: 'NOTES', value: ({ notes }) => notes },
        ]),
  );
}

async function start(named: string, text: string, context: Context): Promise<void> {
  const given = parseJson(text, 'What --input gives');
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new MiddleError('request_invalid', `--input must be an object, and is ${text}`, {
      hint: `Such as --input '{"name":"Ann"}'.`,
    });
  }
  const client = await context.api();
  const { id: workflowId } = await findWorkflow(client, named);
  const input = Object.fromEntries(Object.entries(given));
  const started = await client.startWorkflow({ params: { workflowId }, body: { input } });
  context.print(started, () => `Started ${started.id}.`);
}
