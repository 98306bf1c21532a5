import type { Client } from '@middle/contract/client.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { named } from './find-connection.ts';

type Listed = Awaited<ReturnType<Client['listWorkflows']>>['items'][number];
type Found = Listed & { readonly accountKey: string };

/** How a command line names a workflow. */
export const WORKFLOW =
  'id, ACCOUNT/NAME, or NAME when only one account has it; new-customer also finds “New customer”';

export async function findWorkflow(client: Client, wanted: string): Promise<Found> {
  const all = await listAllWorkflows(client);
  const found = named(
    all.map((one) => ({ ...one, account: { key: one.accountKey } })),
    wanted,
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = (found.length > 1 ? found : all).map(({ name, accountKey }) => `${accountKey}/${name}`);
  throw new MiddleError(
    'not_found',
    found.length > 1 ? `${found.length} workflows are named ${wanted}.` : `There is no workflow ${wanted}.`,
    {
      hint: names.length === 0 ? 'Add one in the portal first.' : `There are: ${names.join(', ')}.`,
    },
  );
}

/** Of one account, or of all, by account and name. */
export async function listAllWorkflows(client: Client, account?: string): Promise<Found[]> {
  const accounts =
    account === undefined
      ? await allAccounts(client)
      : [await client.getAccount({ params: { accountId: account } })];
  const all: Found[] = [];
  for (const { id, key } of accounts) {
    let after: string | undefined;
    do {
      const page = await client.listWorkflows({
        params: { accountId: id },
        query: { limit: 200, ...(after === undefined ? {} : { after }) },
      });
      all.push(...page.items.map((one) => ({ ...one, accountKey: key })));
      after = page.next ?? undefined;
    } while (after !== undefined);
  }
  return all;
}

async function allAccounts(client: Client) {
  const all: Awaited<ReturnType<Client['listAccounts']>>['items'] = [];
  let after: string | undefined;
  do {
    const page = await client.listAccounts({
      query: { limit: 200, ...(after === undefined ? {} : { after }) },
    });
    all.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}
