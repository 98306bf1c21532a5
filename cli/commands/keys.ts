import type { Client } from '@middle/contract/client.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { careful, faint, good, plural, table } from '../output.ts';

type ApiKey = Awaited<ReturnType<Client['listApiKeys']>>['items'][number];

const ACCOUNT = 'key or id of the account';
const KEY = 'name or id of the key';
const HOURS_MOST = 2_160;

export function register(program: Command, context: Context): void {
  const keys = program.command('keys').description("Make and revoke keys of an account's real-time API.");
  keys
    .command('list')
    .description('List the keys of an account; never their secrets.')
    .argument('<account>', ACCOUNT)
    .action((account: string) => list(account, context));
  keys
    .command('make')
    .description('Make a key and print its secret, which nobody can read again.')
    .argument('<account>', ACCOUNT)
    .argument('<name>', 'what it is for')
    .option('--workflow <id...>', 'workflows whose endpoints it may call (default: all of the account)')
    .option('--expires <time>', 'ISO time after which it stops to work')
    .action((account: string, name: string, options: MakeOptions) => make(account, name, options, context));
  keys
    .command('rotate')
    .description('Give a key another secret; the one before works on for a while.')
    .argument('<account>', ACCOUNT)
    .argument('<key>', KEY)
    .option('--grace <hours>', 'how long the one before works', readHours, 24)
    .action((account: string, key: string, { grace }: { grace: number }) =>
      rotate(account, key, grace, context),
    );
  keys
    .command('revoke')
    .description('End a key at once.')
    .argument('<account>', ACCOUNT)
    .argument('<key>', KEY)
    .action((account: string, key: string) => revoke(account, key, context));
}

interface MakeOptions {
  readonly workflow?: string[];
  readonly expires?: string;
}

function readHours(text: string): number {
  const hours = Number(text);
  if (Number.isFinite(hours) && hours >= 0 && hours <= HOURS_MOST) return hours;
  throw new InvalidArgumentError(`It is a number of hours from 0 to ${HOURS_MOST}.`);
}

async function list(accountId: string, context: Context): Promise<void> {
  const client = await context.api();
  const { items } = await client.listApiKeys({ params: { accountId } });
  context.print(items, () =>
    items.length === 0
      ? `The account has no keys. Make one: middle keys make ${accountId} NAME`
      : table(items, [
          { title: 'KEY', value: ({ name }) => name },
          { title: 'STATE', value: ({ state }) => (state === 'active' ? good(state) : careful(state)) },
          { title: 'BEGINS WITH', value: ({ secrets }) => secrets.map(({ prefix }) => prefix).join(', ') },
          {
            title: 'MAY CALL',
            value: ({ workflowIds }) =>
              workflowIds === null ? 'every endpoint' : plural(workflowIds.length, 'workflow'),
          },
          { title: 'LAST USED', value: ({ lastUsedAt }) => lastUsedAt ?? faint('never') },
        ]),
  );
}

async function make(
  accountId: string,
  name: string,
  { workflow, expires }: MakeOptions,
  context: Context,
): Promise<void> {
  const client = await context.api();
  const made = await client.createApiKey({
    params: { accountId },
    body: {
      name,
      ...(workflow === undefined ? {} : { workflowIds: workflow }),
      ...(expires === undefined ? {} : { expiresAt: expires }),
    },
  });
  context.note('Keep it now: it is shown this once.');
  context.print(made, () => made.secret);
}

async function rotate(
  accountId: string,
  wanted: string,
  graceHours: number,
  context: Context,
): Promise<void> {
  const client = await context.api();
  const { id } = await find(client, accountId, wanted);
  const graceSeconds = Math.round(graceHours * 3_600);
  const made = await client.rotateApiKey({ params: { apiKeyId: id }, body: { graceSeconds } });
  context.note('Keep it now: it is shown this once.');
  context.print(made, () => made.secret);
}

async function revoke(accountId: string, wanted: string, context: Context): Promise<void> {
  const client = await context.api();
  const { id, name } = await find(client, accountId, wanted);
  await client.revokeApiKey({ params: { apiKeyId: id } });
  context.print({ revoked: id }, () => `${name} was revoked.`);
}

async function find(client: Client, accountId: string, wanted: string): Promise<ApiKey> {
  const { items } = await client.listApiKeys({ params: { accountId } });
  const living = items.filter(({ state }) => state !== 'revoked');
  const found = living.find(({ id, name }) => id === wanted || name === wanted);
  if (found !== undefined) return found;
  throw new MiddleError('not_found', `The account has no key ${wanted}.`, {
    hint: living.length === 0 ? 'It has none.' : `It has: ${living.map(({ name }) => name).join(', ')}.`,
  });
}
