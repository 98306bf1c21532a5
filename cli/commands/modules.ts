import { readFile } from 'node:fs/promises';
import type { Client } from '@middle/contract/client.ts';
import { messageOf, MiddleError } from '@middle/core/errors.ts';
import { moduleContentSchema } from '@middle/core/module/content.ts';
import type { ModuleContent } from '@middle/core/module/content.ts';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { bad, careful, faint, good, plural, table } from '../output.ts';
import { parseJson } from '../read-definition.ts';
import { registerChoosing } from '../choose-module.ts';

const MODULE = 'key of the module';

export function register(program: Command, context: Context): void {
  const modules = program
    .command('modules')
    .description('Publish bundles of workflows, and opt accounts in to them.');
  modules
    .command('list')
    .description('List the modules of the stack, or what an account chose of each.')
    .argument('[account]', 'key or id of the account')
    .action((account: string | undefined) =>
      account === undefined ? list(context) : listOfAccount(account, context),
    );
  modules
    .command('push')
    .description('Publish the module in a JSON file: the accounts that opted in get it.')
    .argument('<file>', 'as `middle modules pull` prints it')
    .option('--notes <text>', 'what changed, for the list of versions', '')
    .action((file: string, { notes }: { notes: string }) => push(file, notes, context));
  modules
    .command('pull')
    .description('Print a version of a module as JSON: the newest, or what --version names.')
    .argument('<module>', MODULE)
    .option('--version <number>', 'number of a version')
    .action((moduleKey: string, { version }: { version?: string }) => pull(moduleKey, version, context));
  modules
    .command('versions')
    .description('List the versions of a module, newest first.')
    .argument('<module>', MODULE)
    .action((moduleKey: string) => versions(moduleKey, context));
  modules
    .command('accounts')
    .description('List the accounts that opted in, and whether they have the newest version.')
    .argument('<module>', MODULE)
    .action((moduleKey: string) => accounts(moduleKey, context));
  modules
    .command('retry')
    .description('Try the newest version again in the accounts that don’t have it.')
    .argument('<module>', MODULE)
    .action((moduleKey: string) => retry(moduleKey, context));
  modules
    .command('delete')
    .description('Delete a module that no account uses.')
    .argument('<module>', MODULE)
    .action((moduleKey: string) => remove(moduleKey, context));
  registerChoosing(modules, context);
}

async function list(context: Context): Promise<void> {
  const { items } = await (await context.api()).listModules();
  context.print(items, () =>
    items.length === 0
      ? 'No modules.'
      : table(items, [
          { title: 'MODULE', value: ({ key }) => key },
          { title: 'TITLE', value: ({ title }) => title },
          { title: 'VERSION', value: ({ version }) => version, align: 'right' },
          { title: 'PUBLISHED', value: ({ publishedAt }) => publishedAt },
          { title: 'ACCOUNTS', value: (one) => one.accounts ?? '', align: 'right' },
          {
            title: '',
            value: ({ attention }) => ((attention ?? 0) > 0 ? bad(`${attention} need attention`) : ''),
          },
        ]),
  );
}

type State = 'current' | 'updating' | 'attention';
const WORDS = {
  current: good('up to date'),
  updating: careful('updating'),
  attention: bad('needs attention'),
};

async function listOfAccount(accountId: string, context: Context): Promise<void> {
  const { items } = await (await context.api()).listAccountModules({ params: { accountId } });
  context.print(items, () =>
    items.length === 0
      ? 'No modules.'
      : table(items, [
          { title: 'MODULE', value: ({ key }) => key },
          { title: 'TITLE', value: ({ title }) => title },
          { title: 'STATE', value: ({ optIn }) => stateWords(optIn?.state ?? null) },
          { title: 'VERSION', value: ({ optIn, version }) => versionWords(optIn?.version, version) },
          { title: 'FEATURES', value: ({ optIn }) => optIn?.features.join(', ') ?? '' },
        ]),
  );
}

function stateWords(state: State | null): string {
  return state === null ? faint('not chosen') : WORDS[state];
}

function versionWords(has: number | undefined, newest: number): string {
  return has === undefined || has === newest ? String(newest) : `${has} of ${newest}`;
}

async function push(file: string, notes: string, context: Context): Promise<void> {
  const content = await readContent(file);
  const published = await (await context.api()).publishModule({ body: { content, notes } });
  const { key, version, isNew, accounts: users } = published;
  context.print(published, () => {
    if (!isNew) return `Version ${version} of ${key} is the same already.`;
    const reached = users === 0 ? '' : ` ${plural(users, 'account')} will have it in a moment.`;
    return good(`Published version ${version} of ${key}.`) + reached;
  });
}

async function readContent(file: string): Promise<ModuleContent> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new MiddleError('request_invalid', `${file} can't be read: ${messageOf(error)}`);
  });
  const parsed = moduleContentSchema.safeParse(parseJson(text, file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  throw new MiddleError('request_invalid', `${file} is no module: ${at}`);
}

async function pull(moduleKey: string, version: string | undefined, context: Context): Promise<void> {
  const client = await context.api();
  const wanted = version === undefined ? await newestVersion(client, moduleKey) : numberOf(version);
  const { content } = await client.getModuleVersion({ params: { moduleKey, version: wanted } });
  context.print(content, () => JSON.stringify(content, null, 2));
}

async function newestVersion(client: Client, moduleKey: string): Promise<number> {
  return (await client.getModule({ params: { moduleKey } })).version;
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new MiddleError('request_invalid', `“${text}” is no version.`, {
    hint: 'Give a number such as 3.',
  });
}

async function versions(moduleKey: string, context: Context): Promise<void> {
  const { items } = await (
    await context.api()
  ).listModuleVersions({ params: { moduleKey }, query: { limit: 200 } });
  context.print(items, () =>
    table(items, [
      { title: 'VERSION', value: ({ version }) => version, align: 'right' },
      { title: 'PUBLISHED', value: ({ publishedAt }) => publishedAt },
      { title: 'BY', value: ({ publishedBy }) => publishedBy },
      { title: '', value: ({ isInForce }) => (isInForce ? good('newest') : '') },
      { title: 'NOTES', value: ({ notes }) => notes },
    ]),
  );
}

type Users = Awaited<ReturnType<Client['listModuleAccounts']>>['items'];

async function accounts(moduleKey: string, context: Context): Promise<void> {
  const client = await context.api();
  const all: Users = [];
  let after: string | undefined;
  do {
    const page = await client.listModuleAccounts({
      params: { moduleKey },
      query: { limit: 200, ...(after === undefined ? {} : { after }) },
    });
    all.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  context.print(all, () => (all.length === 0 ? 'No account opted in.' : renderUsers(all)));
}

function renderUsers(users: Users): string {
  const reasons = users.flatMap(({ accountKey, problem }) =>
    problem === null ? [] : [`${bad(accountKey)} ${problem.message}`],
  );
  const rows = table(users, [
    { title: 'ACCOUNT', value: ({ accountKey }) => accountKey },
    { title: 'STATE', value: ({ state }) => stateWords(state) },
    { title: 'VERSION', value: ({ version }) => version, align: 'right' },
    { title: 'SINCE', value: ({ appliedAt }) => appliedAt },
    { title: 'FEATURES', value: ({ features }) => features.join(', ') },
  ]);
  return [rows, ...reasons].join('\n');
}

async function retry(moduleKey: string, context: Context): Promise<void> {
  const retried = await (await context.api()).retryModuleUpdate({ params: { moduleKey } });
  context.print(retried, () =>
    retried.accounts === 0
      ? 'Every account has the newest version.'
      : `${plural(retried.accounts, 'account')} will be tried again.`,
  );
}

async function remove(moduleKey: string, context: Context): Promise<void> {
  await (await context.api()).deleteModule({ params: { moduleKey } });
  context.print({ deleted: moduleKey }, () => `Deleted ${moduleKey}.`);
}
