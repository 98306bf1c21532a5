/**
 * A Postgres cluster shared by every test file of a run, kept by this process: started by the first test that asks,
 * gone a few seconds after the last one ended. A client is alive as long as its connection to the keeper's socket is,
 * so a killed test process needs no cleaning up. Durability is off: these data may be lost.
 *
 *   node keeper.ts FOLDER
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { migrate } from '@middle/store/migrate.ts';
import { MIGRATIONS } from '../migrations.ts';
import { isAlive } from './alive.ts';
import { addresses, clusterCommand, ensureCluster, provision, whyNotReady } from '../postgres.ts';

const IDLE_MILLISECONDS = 3_000;
const READY_MILLISECONDS = 120_000;
const TEMPLATE = 'middle_template';
/** Nothing secret is ever kept in this cluster. */
const passwords = { superuser: 'superuser', owner: 'owner', api: 'api', worker: 'worker' };

/** @param folder where the socket is. The cluster is in a folder of this process's own: while one keeper ends, the next may begin. */
async function keep(folder: string): Promise<void> {
  await endLeftovers(folder);
  await mkdir(folder, { recursive: true });
  const own = `${folder}-${process.pid}`;
  await mkdir(own);
  await chmod(own, 0o711);
  const cluster = await ensureCluster({
    folder: path.join(own, 'postgres'),
    superuserPassword: passwords.superuser,
    durable: false,
  });
  const command = clusterCommand(cluster, {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: 400,
    shared_buffers: '128MB',
    autovacuum_naptime: '60s',
    max_wal_size: '4GB',
    checkpoint_timeout: '1h',
  });
  const postgres = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: command.env,
    stdio: ['ignore', 'ignore', openSync(path.join(own, 'postgres.log'), 'a')],
    ...command.user,
  });
  const ended = once(postgres, 'exit');
  try {
    const template = addresses(cluster.socketFolder, TEMPLATE, passwords);
    await ready(template.superuser, postgres);
    await provision(template.superuser, passwords);
    await migrate(template.owner, MIGRATIONS);
    await serve(path.join(folder, 'keeper.sock'), JSON.stringify(template), ended);
  } finally {
    postgres.kill('SIGQUIT');
    await ended;
    await rm(own, { recursive: true, force: true });
    // Only when the next keeper has no socket in it.
    await rmdir(folder).catch(() => {});
  }
}

async function ready(superuser: DatabaseAddress, postgres: ChildProcess): Promise<void> {
  const giveUp = Date.now() + READY_MILLISECONDS;
  for (;;) {
    const reason = await whyNotReady(superuser);
    if (reason === null) return;
    if (Date.now() > giveUp || postgres.exitCode !== null)
      throw new Error(`The test database does not start: ${reason}`);
    await sleep(10);
  }
}

/** Tells each client the addresses; ends when no client has been connected for a while, or Postgres has ended. */
async function serve(socket: string, greeting: string, ended: Promise<unknown>): Promise<void> {
  let clients = 0;
  let idle: NodeJS.Timeout;
  await rm(socket, { force: true });
  const server = createServer((client) => {
    clients += 1;
    clearTimeout(idle);
    client.on('error', () => {});
    client.resume();
    client.on('close', () => {
      clients -= 1;
      rest();
    });
    client.write(`${greeting}\n`);
  });
  const rest = (): void => {
    if (clients === 0) idle = setTimeout(() => server.close(), IDLE_MILLISECONDS);
  };
  server.listen(socket);
  await once(server, 'listening');
  rest();
  process.send?.('ready');
  process.disconnect?.();
  await Promise.race([once(server, 'close'), ended]);
}

/** A keeper that was killed leaves its Postgres running, in a folder that names the keeper's process. */
async function endLeftovers(folder: string): Promise<void> {
  const prefix = `${path.basename(folder)}-`;
  for (const name of await readdir(path.dirname(folder))) {
    const keeper = Number(name.slice(prefix.length));
    if (!name.startsWith(prefix) || !Number.isInteger(keeper) || isAlive(keeper)) continue;
    await endLeftover(path.join(path.dirname(folder), name));
  }
}

async function endLeftover(own: string): Promise<void> {
  const pidFile = path.join(own, 'postgres', 'data', 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (pid > 0 && (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('postgres')) {
    process.kill(pid, 'SIGQUIT');
    while (await readFile(`/proc/${pid}/cmdline`, 'utf8').then(Boolean, () => false)) {
      await sleep(10);
    }
  }
  await rm(own, { recursive: true, force: true });
}

const [folder] = process.argv.slice(2);
if (folder !== undefined) await keep(folder);
