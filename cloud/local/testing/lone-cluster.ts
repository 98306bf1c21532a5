import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '@middle/store/client.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { openDataFolder, openSecrets } from '../data-folder.ts';
import type { DataFolder, Secrets } from '../data-folder.ts';
import { addresses, clusterCommand, ensureCluster, provision, whyNotReady } from '../postgres.ts';
import type { Settings } from '../postgres.ts';

/** A data folder with a Postgres of its own, for tests of what concerns a whole cluster. */
export interface LoneCluster extends AsyncDisposable {
  /** For what a test keeps beside the data folder. */
  readonly root: string;
  readonly data: DataFolder;
  readonly secrets: Secrets;
  readonly superuser: DatabaseAddress;
  start(): Promise<void>;
  stop(signal: 'SIGINT' | 'SIGKILL'): Promise<void>;
  query<Row extends object>(statement: string): Promise<Row[]>;
}

const READY_MILLISECONDS = 120_000;

/** @param dataFolder one that was restored, say; by default a new one with an empty database. */
export async function loneCluster(dataFolder?: string, settings: Settings = {}): Promise<LoneCluster> {
  const root = await mkdtemp(path.join(tmpdir(), 'middle-lone-'));
  // Postgres's own user passes through.
  await chmod(root, 0o711);
  const folder = dataFolder ?? path.join(root, 'data');
  await mkdir(folder, { recursive: true });
  const data = await openDataFolder(folder);
  const secrets = await openSecrets(data);
  const cluster = await ensureCluster({
    folder: data.postgres,
    superuserPassword: secrets.passwords.superuser,
    durable: false,
  });
  const { superuser } = addresses(cluster.socketFolder, 'middle', secrets.passwords);
  const { program, args, cwd, env, user } = clusterCommand(cluster, { fsync: 'off', ...settings });
  let said = '';
  let running: { kill(signal: NodeJS.Signals): boolean; closed: Promise<unknown> } | null = null;
  const own: LoneCluster = {
    root,
    data,
    secrets,
    superuser,
    async start() {
      const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'], ...user });
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      running = { kill: (signal) => child.kill(signal), closed: once(child, 'close') };
      const giveUp = Date.now() + READY_MILLISECONDS;
      while ((await whyNotReady(superuser)) !== null) {
        if (Date.now() > giveUp || child.exitCode !== null)
          throw new Error(`Postgres does not start: ${said}`);
        await sleep(20);
      }
      await provision(superuser, secrets.passwords);
    },
    async stop(signal) {
      running?.kill(signal);
      await running?.closed;
      running = null;
    },
    query: (statement) =>
      withClient(superuser, async (client) => {
        const { rows } = await client.query(statement);
        return rows;
      }),
    async [Symbol.asyncDispose]() {
      await own.stop('SIGINT');
      await rm(root, { recursive: true, force: true });
    },
  };
  await own.start();
  return own;
}
