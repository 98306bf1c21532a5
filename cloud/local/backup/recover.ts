import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MiddleError } from '@middle/core/errors.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { addresses, clusterCommand, ensureCluster, whyNotReady } from '../postgres.ts';
import type { Cluster, Settings } from '../postgres.ts';
import { handOver } from '../postgres-user.ts';
import { shortPaths } from '../short-path.ts';

/** A moment, a mark in the log, or all that there is. */
export type Target = { readonly time: Date } | { readonly mark: string } | 'latest';

/** Whoever reaches the socket may come in: it is in a folder that only this process's user, and Postgres, may enter. */
const TRUST = 'local all all trust\n';
const TRUST_FILE = 'recovery_hba.conf';

/** Nothing is durable until the end: a restore that is interrupted begins anew. */
const SETTINGS: Settings = {
  hba_file: process.platform === 'linux' ? `/proc/self/cwd/${TRUST_FILE}` : TRUST_FILE,
  // Replayed is what was put into pg_wal; there is nothing else to fetch.
  restore_command: 'false',
  recovery_target_action: 'promote',
  hot_standby: 'off',
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  maintenance_work_mem: '128MB',
  checkpoint_timeout: '1h',
  max_wal_size: '16GB',
  autovacuum: 'off',
};
const ENDED_EARLY = 'recovery ended before configured recovery target was reached';
const ASK_MILLISECONDS = 20;

/**
 * Replays the log in a data directory that was unpacked, up to a target, and lets `work` look at the outcome while the
 * database runs, reachable for nobody else. Then it is stopped, and its files are durable.
 */
export async function recoverCluster<T>(
  folder: string,
  target: Target,
  work: (superuser: DatabaseAddress) => Promise<T>,
): Promise<T> {
  const cluster = await ensureCluster({ folder, superuserPassword: '' });
  const data = path.join(folder, 'data');
  await writeFile(path.join(data, 'recovery.signal'), '');
  await writeFile(path.join(data, TRUST_FILE), TRUST);
  if (cluster.user !== null) await handOver(data, cluster.user);
  const short = shortPaths();
  try {
    const { superuser } = addresses(await short.of(cluster.socketFolder), 'middle', NO_PASSWORDS);
    const wanted =
      target === 'latest'
        ? {}
        : 'time' in target
          ? { recovery_target_time: target.time.toISOString().replace('T', ' ').replace('Z', '+00') }
          : { recovery_target_name: target.mark };
    const isTime = target !== 'latest' && 'time' in target;
    let said = await run(cluster, { ...SETTINGS, ...wanted }, superuser, work);
    // Nothing was committed after the moment: then all of it is what is wanted.
    if ('failed' in said && isTime && said.failed.includes(ENDED_EARLY))
      said = await run(cluster, SETTINGS, superuser, work);
    if ('failed' in said) {
      throw new MiddleError('restore_failed', `The log could not be replayed:\n${said.failed.trimEnd()}`);
    }
    await rm(path.join(data, TRUST_FILE), { force: true });
    await syncCluster(cluster);
    return said.result;
  } finally {
    await short.remove();
  }
}

const NO_PASSWORDS = { superuser: '', owner: '', api: '', worker: '' };
/** Of what Postgres says before it gives up. */
const TAIL = 4_000;

async function run<T>(
  cluster: Cluster,
  settings: Settings,
  superuser: DatabaseAddress,
  work: (superuser: DatabaseAddress) => Promise<T>,
): Promise<{ readonly result: T } | { readonly failed: string }> {
  const { program, args, cwd, env, user } = clusterCommand(cluster, settings);
  const postgres = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...user });
  let said = '';
  const hear = (chunk: Buffer): void => void (said = (said + chunk.toString()).slice(-TAIL));
  postgres.stdout.on('data', hear);
  postgres.stderr.on('data', hear);
  const closed = once(postgres, 'close');
  try {
    while ((await whyNotReady(superuser)) !== null) {
      if (postgres.exitCode !== null || postgres.signalCode !== null) {
        await closed;
        return { failed: said };
      }
      await sleep(ASK_MILLISECONDS);
    }
    return { result: await work(superuser) };
  } finally {
    // Cleanly: it writes what it holds, and no recovery is needed at the next start.
    postgres.kill('SIGINT');
    await closed;
  }
}

/** Every file and folder of the cluster, to the disk. */
async function syncCluster({ binaries, folder, user }: Cluster): Promise<void> {
  const initdb = path.join(binaries, 'bin', 'initdb');
  const data = path.join(folder, 'data');
  const where = process.platform === 'linux' ? '/proc/self/cwd' : data;
  const child = spawn(initdb, ['--sync-only', '-D', where], {
    cwd: data,
    env: { LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...user,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new MiddleError('restore_failed', `The files could not be made durable: ${said.trim()}`);
}
