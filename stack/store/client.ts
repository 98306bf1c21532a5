import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import type { DatabaseAddress } from './database.ts';

/** One connection outside any pool, for as long as the work takes. */
export async function withClient<T>(
  address: DatabaseAddress,
  work: (client: Client) => Promise<T>,
  options: ClientConfig = {},
): Promise<T> {
  const client = new Client({ ...address, ...options });
  // A connection that breaks fails the query under way; without a listener it would end the process as well.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
