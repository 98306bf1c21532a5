import { execFile } from 'node:child_process';
import { access, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { withClient } from '@middle/store/client.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { syncFolder } from './files.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { clusterUser, handOver, namedUser } from './postgres-user.ts';
import type { SystemUser } from './postgres-user.ts';

/**
 * A stack's own Postgres cluster, from the binaries that npm installed. Its folder holds
 *   data/    the data directory
 *   socket/  the unix socket: the only door, TCP is off
 * and belongs to the cluster's own user when this process is root.
 *
 * On Linux Postgres is started inside its data directory and is told to find it at /proc/self/cwd. So its user needs
 * no right to enter the folders above, and the path of the socket it binds is always short.
 */
export interface Cluster {
  readonly folder: string;
  readonly socketFolder: string;
  readonly user: SystemUser | null;
  readonly binaries: string;
}

export interface ClusterCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: SystemUser | null;
}

export type Settings = Readonly<Record<string, string | number>>;

export const SUPERUSER = 'postgres';
/** The socket is named after it; nothing listens on it. */
export const PORT = 5432;

/** Every stack is small when idle; a large one gets its memory from the page cache. */
const SETTINGS: Settings = {
  listen_addresses: '',
  unix_socket_directories: '../socket',
  port: PORT,
  max_connections: 60,
  shared_buffers: '32MB',
  io_method: 'sync', // no I/O worker processes: 14 MB for an idle cluster
  max_logical_replication_workers: 0,
  work_mem: '16MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '1GB',
  max_slot_wal_keep_size: '4GB', // kept for backups that can't be stored; beyond it the disk counts more
  random_page_cost: 1.1,
  jit: 'off', // compiles for longer than our short statements run
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %u ',
  log_checkpoints: 'off',
  log_min_messages: 'warning',
};

const run = promisify(execFile);
const HERE = process.platform === 'linux' ? '/proc/self/cwd' : null;

/** Makes the cluster if it isn't there yet. A crash halfway leaves nothing that looks finished. */
export async function ensureCluster(options: {
  folder: string;
  superuserPassword: string;
  /** False only for data that may be lost, as in tests. */
  durable?: boolean;
}): Promise<Cluster & { created: boolean }> {
  const { folder } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const user = await clusterUser(folder);
  const binaries = await postgresBinaries(user !== null);
  const cluster: Cluster = { folder, socketFolder: path.join(folder, 'socket'), user, binaries };
  const data = path.join(folder, 'data');
  const created = !(await access(data).then(
    () => true,
    () => false,
  ));
  if (created) await createData(cluster, data, options.superuserPassword, options.durable ?? true);
  await rm(cluster.socketFolder, { recursive: true, force: true });
  await mkdir(cluster.socketFolder, { mode: 0o700 });
  if (user !== null) {
    await chown(cluster.socketFolder, user.uid, user.gid);
    await chown(folder, user.uid, user.gid);
  }
  return { ...cluster, created };
}

async function createData(cluster: Cluster, data: string, password: string, durable: boolean): Promise<void> {
  const workshop = path.join(cluster.folder, 'new');
  const half = path.join(workshop, 'data');
  const passwordFile = path.join(workshop, 'superuser.password');
  await rm(workshop, { recursive: true, force: true });
  await mkdir(half, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    const maker = cluster.user === null ? null : await namedUser();
    if (maker !== null) await handOver(workshop, maker);
    const args = [
      `--pgdata=${HERE ?? half}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${HERE === null ? passwordFile : '../superuser.password'}`,
      '--encoding=UTF8',
      // The builtin provider sorts by code point, alike on every machine and release of its C library.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--data-checksums',
      '--auth=scram-sha-256',
      ...(durable ? [] : ['--no-sync']),
    ];
    const options = { cwd: half, env: ENVIRONMENT, ...maker };
    await run(path.join(cluster.binaries, 'bin', 'initdb'), args, options);
  } catch (cause) {
    throw notMade(cause);
  } finally {
    await rm(passwordFile, { force: true });
  }
  if (cluster.user !== null) await handOver(half, cluster.user);
  await rename(half, data);
  // Else a loss of power could take the name back after data were accepted.
  await syncFolder(cluster.folder);
  await rm(workshop, { recursive: true });
}

function notMade(cause: unknown): MiddleError {
  const said = messageOf(cause).trim();
  if (said.includes('could not look up effective user ID')) {
    return new MiddleError(
      'config_invalid',
      `User id ${process.getuid?.()} has no name, and Postgres refuses that.`,
      {
        hint: 'Add the user to /etc/passwd, or start as root: then Postgres gets a user of its own.',
        cause,
      },
    );
  }
  return new MiddleError('database_unavailable', `A new database could not be made: ${said}`, { cause });
}

const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

/** How to start the cluster in the foreground. SIGINT stops it fast and cleanly, SIGQUIT at once. */
export function clusterCommand(cluster: Cluster, settings: Settings = {}): ClusterCommand {
  const data = path.join(cluster.folder, 'data');
  const all = Object.entries({ ...SETTINGS, ...settings });
  return {
    program: path.join(cluster.binaries, 'bin', 'postgres'),
    args: ['-D', HERE ?? data, ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: data,
    env: ENVIRONMENT,
    user: cluster.user,
  };
}

export type Role = 'owner' | 'api' | 'worker';
export type Passwords = Readonly<Record<Role | 'superuser', string>>;

/** One address per role. `socketFolder` may be a shorter name for the cluster's own, see short-path.ts. */
export function addresses(
  socketFolder: string,
  database: string,
  passwords: Passwords,
): Record<Role | 'superuser', DatabaseAddress> {
  const at = (user: string, password: string): DatabaseAddress => ({
    host: socketFolder,
    port: PORT,
    database,
    user,
    password,
  });
  return {
    superuser: at(SUPERUSER, passwords.superuser),
    owner: at('middle_owner', passwords.owner),
    api: at('middle_api', passwords.api),
    worker: at('middle_worker', passwords.worker),
  };
}

/**
 * Makes the database and its roles, or gives the roles the present passwords. Only this runs as superuser: migrations
 * run as the database's owner, and the API and the worker own nothing.
 */
export function provision(address: DatabaseAddress, passwords: Passwords): Promise<void> {
  return withClient({ ...address, database: 'postgres' }, async (client) => {
    // A statement that fails would be logged with the password in it.
    await client.query("set log_min_error_statement = 'panic'");
    const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles');
    const present = new Set(rows.map((row) => row.rolname));
    for (const role of ['owner', 'api', 'worker'] as const) {
      const name = client.escapeIdentifier(`middle_${role}`);
      const verb = present.has(`middle_${role}`) ? 'alter' : 'create';
      const password = client.escapeLiteral(passwords[role]);
      await client.query(`${verb} role ${name} login noinherit nocreatedb nocreaterole password ${password}`);
    }
    const name = client.escapeIdentifier(address.database);
    const found = await client.query('select from pg_database where datname = $1', [address.database]);
    if (found.rowCount === 0) await client.query(`create database ${name} owner middle_owner`);
    await client.query(`revoke all on database ${name} from public`);
    await client.query(`grant connect on database ${name} to middle_api, middle_worker`);
    await client.query('revoke connect on database postgres, template1 from public');
  });
}

/** Whether the cluster answers: null, or why not. */
export function whyNotReady(address: DatabaseAddress): Promise<string | null> {
  const asked = withClient({ ...address, database: 'postgres' }, (client) => client.query('select'), {
    connectionTimeoutMillis: 5_000,
  });
  return asked.then(() => null, messageOf);
}
