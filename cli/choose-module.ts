import type { Client } from '@middle/contract/client.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Context } from './context.ts';
import { bad, careful, faint, good, strong } from './output.ts';

type AccountModule = Awaited<ReturnType<Client['getAccountModule']>>;
type OptIn = NonNullable<AccountModule['optIn']>;

const ACCOUNT = 'key or id of the account';
const MODULE = 'key of the module';

/** What an account does with modules. */
export function registerChoosing(modules: Command, context: Context): void {
  modules
    .command('show')
    .description('Show the features of a module, what they need, and what an account chose.')
    .argument('<account>', ACCOUNT)
    .argument('<module>', MODULE)
    .action((accountId: string, moduleKey: string) => show(accountId, moduleKey, context));
  modules
    .command('opt-in')
    .description('Opt an account in to features, or change its connections and values.')
    .argument('<account>', ACCOUNT)
    .argument('<module>', MODULE)
    .option('--feature <key>', 'one more feature; may be given several times', also, [])
    .option('--connection <slot=name>', 'the connection that fills a slot, by name or id', pair, {})
    .option('--set <variable=json>', 'the account’s value of a variable', pair, {})
    .option('--triggers-on', 'let triggers begin switched on')
    .action((accountId: string, moduleKey: string, options: InOptions) =>
      optIn(accountId, moduleKey, options, context),
    );
  modules
    .command('opt-out')
    .description('Opt an account out of a module, or of some of its features.')
    .argument('<account>', ACCOUNT)
    .argument('<module>', MODULE)
    .option('--feature <key>', 'only out of this feature; may be given several times', also, [])
    .option('--keep', 'make the copies the account’s own instead of deleting them')
    .option('--cancel', 'cancel executions under way instead of letting them finish')
    .action((accountId: string, moduleKey: string, options: OutOptions) =>
      optOut(accountId, moduleKey, options, context),
    );
}

interface InOptions {
  readonly feature: readonly string[];
  readonly connection: Readonly<Record<string, string>>;
  readonly set: Readonly<Record<string, string>>;
  readonly triggersOn?: boolean;
}

interface OutOptions {
  readonly feature: readonly string[];
  readonly keep?: boolean;
  readonly cancel?: boolean;
}

function also(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function pair(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It is a key, = and a value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

async function show(accountId: string, moduleKey: string, context: Context): Promise<void> {
  const shown = await (await context.api()).getAccountModule({ params: { accountId, moduleKey } });
  context.print(shown, () => render(shown));
}

/** What it chose before stays, unless it is given anew. */
async function optIn(
  accountId: string,
  moduleKey: string,
  options: InOptions,
  context: Context,
): Promise<void> {
  const client = await context.api();
  const params = { accountId, moduleKey };
  const { optIn: before, connections, variables } = await client.getAccountModule({ params });
  const features = [...new Set([...(before?.features ?? []), ...options.feature])];
  if (features.length === 0) {
    throw new MiddleError('request_invalid', 'No feature is chosen.', {
      hint: `Give --feature; middle modules show ${accountId} ${moduleKey} lists them.`,
    });
  }
  const chosen = Object.entries(options.connection).map(
    ([slot, name]) => [slot, connectionId(connections, slot, name)] as const,
  );
  const values = Object.entries(options.set).map(([key, text]) => [key, valueOf(text)] as const);
  const shown = await client.chooseModule({
    params,
    body: {
      features,
      connections: { ...known(before?.connections, connections), ...Object.fromEntries(chosen) },
      variables: { ...known(before?.variables, variables), ...Object.fromEntries(values) },
      triggersOn: options.triggersOn ?? before?.triggersOn ?? false,
    },
  });
  context.print(shown, () => render(shown));
}

/** Without what the newest version no longer has. */
function known<T>(
  chosen: Readonly<Record<string, T>> | undefined,
  list: readonly { readonly key: string }[],
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(chosen ?? {}).filter(([key]) => list.some((one) => one.key === key)),
  );
}

function connectionId(slots: AccountModule['connections'], slot: string, name: string): string {
  const { candidates = [] } = slots.find(({ key }) => key === slot) ?? {};
  const found = candidates.find((one) => one.id === name || one.name === name);
  if (found !== undefined) return found.id;
  const names = candidates.map((one) => one.name).join(', ');
  throw new MiddleError('not_found', `The account has no connection ${name} for the slot ${slot}.`, {
    hint: names === '' ? 'Add one in the portal first.' : `There are: ${names}.`,
  });
}

/** JSON; what is none is a text, so that quotes within quotes are seldom needed. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function optOut(
  accountId: string,
  moduleKey: string,
  { feature, keep = false, cancel = false }: OutOptions,
  context: Context,
): Promise<void> {
  const client = await context.api();
  const params = { accountId, moduleKey };
  const removal = {
    copies: keep ? 'keep' : 'delete',
    underWay: cancel ? 'cancel' : 'finish',
  } as const;
  const module = await client.getAccountModule({ params });
  const { optIn: before } = module;
  const left = feature.length === 0 ? [] : (before?.features.filter((one) => !feature.includes(one)) ?? []);
  if (before === null || left.length === 0) {
    await client.leaveModule({ params, query: removal });
    context.print({ features: [] }, () => `Opted out of ${moduleKey}.`);
    return;
  }
  const shown = await client.chooseModule({
    params,
    body: {
      features: left,
      connections: known(before.connections, module.connections),
      variables: known(before.variables, module.variables),
      triggersOn: before.triggersOn,
      ...removal,
    },
  });
  context.print(shown, () => render(shown));
}

function render({ title, version, features, connections, variables, optIn: chosen }: AccountModule): string {
  const marks = features.map(({ key, title: name, workflows, triggers, connections: slots }) => {
    const mark = chosen?.features.includes(key) === true ? good('✓') : faint('·');
    const needs = slots.length === 0 ? '' : `, needs ${slots.join(', ')}`;
    return `  ${mark} ${key} ${faint(`${name}: ${workflows.join(', ')}; ${triggers} triggers${needs}`)}`;
  });
  const slots = connections.map(({ key, app, candidates }) => {
    const filled = candidates.find(({ id }) => id === chosen?.connections[key])?.name;
    return `  ${key} ${filled ?? careful('open')} ${faint(`of the app ${app}`)}`;
  });
  const values = variables.map(({ key, default: own, required }) => {
    const given = chosen !== null && Object.hasOwn(chosen.variables, key);
    const value = given ? chosen.variables[key] : own;
    return `  ${key} ${required && !given ? careful('needed') : JSON.stringify(value ?? null)}`;
  });
  return [
    `${strong(title)} ${faint(`version ${version}`)}`,
    'features',
    ...marks,
    ...(slots.length === 0 ? [] : ['connections', ...slots]),
    ...(values.length === 0 ? [] : ['variables', ...values]),
    ...(chosen === null ? ['The account did not opt in.'] : renderOptIn(chosen)),
  ].join('\n');
}

function renderOptIn({ state, version, problem, workflows }: OptIn): readonly string[] {
  const copies = workflows.map(
    ({ name, triggers, enabledTriggers }) =>
      `  ${name} ${faint(`${enabledTriggers} of ${triggers} triggers on`)}`,
  );
  const words = { current: 'is up to date', updating: 'is being updated', attention: 'needs attention' };
  const line = `The account has version ${version} and ${words[state]}.`;
  const reasons = (problem?.problems ?? []).map(({ path, message }) => bad(`  ${path}: ${message}`));
  return ['workflows', ...copies, line, ...reasons];
}
