import { fileURLToPath } from 'node:url';
import type { Client } from '@middle/contract/client.ts';
import { readPackageFolder } from '@middle/functions/package/folder.ts';
import { writeZip } from '@middle/functions/package/zip.ts';
import { DEMO_CLIENT } from '../examples/atlas-source/demo-client.ts';
import { allConnections } from './find-connection.ts';
import { installSampleWorkflow, removeSampleWorkflow } from './sample-workflow.ts';

const APP = 'atlas';
const ACCOUNT = { key: 'demo', name: 'Demo' };
const CONNECTION = 'Atlas';
const PACKAGE = fileURLToPath(new URL('../apps/atlas/', import.meta.url));

export interface Installed {
  readonly account: string;
  readonly app: string;
  readonly connectionId: string;
}

/** Joins the atlas app to an account of its own, with a workflow that reacts to its changes; its syncs begin at once. Doing it twice changes nothing. */
export async function installSample(client: Client, sourceUrl: string): Promise<Installed> {
  const accounts = await client.listAccounts({ query: { limit: 200 } });
  if (!accounts.items.some(({ key }) => key === ACCOUNT.key)) await client.createAccount({ body: ACCOUNT });
  const zip = new Uint8Array(writeZip(await readPackageFolder(PACKAGE)));
  await client.pushApp({ body: zip, query: { on: 'true', approveHosts: 'true' } });
  const present = await findSample(client);
  if (present !== null) return { account: ACCOUNT.key, app: APP, connectionId: present.connectionId };
  // Off until it may reach its source, so that no sync begins with a refusal.
  const { id: connectionId } = await client.createConnection({
    params: { accountId: ACCOUNT.key },
    body: {
      app: APP,
      name: CONNECTION,
      enabled: false,
      baseUrl: `${sourceUrl}/v1`,
      credentials: { fields: { ...DEMO_CLIENT } },
    },
  });
  await client.allowDevelopmentHosts({
    params: { connectionId },
    body: { hosts: [new URL(sourceUrl).host] },
  });
  // Before its first records: so it hears of the first change.
  await installSampleWorkflow(client, ACCOUNT.key, connectionId);
  await client.updateConnection({ params: { connectionId }, body: { enabled: true } });
  return { account: ACCOUNT.key, app: APP, connectionId };
}

/** Deletes what installSample made: the workflow, the connection with its records, the app, and the account if nothing else is in it. */
export async function removeSample(client: Client): Promise<void> {
  const all = await client.listAccounts({ query: { limit: 200 } });
  if (all.items.some(({ key }) => key === ACCOUNT.key)) await removeSampleWorkflow(client, ACCOUNT.key);
  const sample = await findSample(client);
  if (sample !== null) await client.deleteConnection({ params: { connectionId: sample.connectionId } });
  const connections = await allConnections(client);
  const apps = await client.listApps({ query: { limit: 200 } });
  const appUsed = connections.some(({ app }) => app.key === APP);
  if (!appUsed && apps.items.some(({ key }) => key === APP))
    await client.deleteApp({ params: { appKey: APP } });
  const accounts = await client.listAccounts({ query: { limit: 200 } });
  const account = accounts.items.find(({ key }) => key === ACCOUNT.key);
  if (account?.connections !== 0) return;
  const { items: workflows } = await client.listWorkflows({ params: { accountId: account.id } });
  if (workflows.length === 0) {
    await client.deleteAccount({ params: { accountId: account.id }, query: { confirm: ACCOUNT.key } });
  }
}

export interface FoundSample {
  /** As other commands take it: account/connection. */
  readonly connection: string;
  readonly connectionId: string;
  readonly enabled: boolean;
}

export async function findSample(client: Client): Promise<FoundSample | null> {
  const found = (await allConnections(client)).find(
    ({ name, account, app }) => name === CONNECTION && account.key === ACCOUNT.key && app.key === APP,
  );
  if (found === undefined) return null;
  return { connection: `${ACCOUNT.key}/${found.name}`, connectionId: found.id, enabled: found.enabled };
}
