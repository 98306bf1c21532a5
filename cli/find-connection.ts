import type { Client } from '@middle/contract/client.ts';
import { MiddleError } from '@middle/core/errors.ts';

type Connection = Awaited<ReturnType<Client['listConnections']>>['items'][number];

/** How a command line names a connection. */
export const CONNECTION = 'id, ACCOUNT/NAME, or NAME when only one connection has it';

export async function findConnection(client: Client, wanted: string): Promise<Connection> {
  const all = await allConnections(client);
  const found = all.filter(
    ({ id, name, account }) => wanted === id || wanted === name || wanted === `${account.key}/${name}`,
  );
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
