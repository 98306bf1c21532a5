import type { Client } from '@middle/contract/client.ts';
import { MiddleError } from '@middle/core/errors.ts';

type Connection = Awaited<ReturnType<Client['listConnections']>>['items'][number];

/** How a command line names a connection. */
export const CONNECTION =
  'id, ACCOUNT/NAME, or NAME when only one connection has it; my-shop also finds “My Shop”';

export async function findConnection(client: Client, wanted: string): Promise<Connection> {
  const all = await allConnections(client);
  const found = named(all, wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = (found.length > 1 ? found : all).map(({ name, account }) => `${account.key}/${name}`);
  throw new MiddleError(
    'not_found',
    found.length > 1
      ? `${found.length} connections are named ${wanted}.`
      : `There is no connection ${wanted}.`,
    {
      hint:
        names.length === 0
          ? 'Join an app to an account in the portal first.'
          : `There are: ${names.join(', ')}.`,
    },
  );
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly account: { readonly key: string };
}

/** Those that are called so; else those that would be, in small letters and with hyphens for spaces. */
export function named<T extends Named>(all: readonly T[], wanted: string): readonly T[] {
  const exact = all.filter((each) => namesOf(each).includes(wanted));
  if (exact.length > 0) return exact;
  return all.filter((each) => namesOf(each).some((name) => slug(name) === slug(wanted)));
}

function namesOf({ id, name, account }: Named): readonly string[] {
  return [id, name, `${account.key}/${name}`];
}

function slug(name: string): string {
  return name.trim().toLowerCase().replaceAll(/\s+/g, '-');
}

export async function allConnections(client: Client): Promise<Connection[]> {
  const all: Connection[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await client.listConnections({
      query: { limit: 200, ...(after === undefined ? {} : { after }) },
    });
    all.push(...page.items);
    if (page.next === null) return all;
    after = page.next;
  }
}
