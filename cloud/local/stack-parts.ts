import { readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatabaseAddress } from '@middle/store/database.ts';
import type { DataFolder, Secrets } from './data-folder.ts';
import { writeDurably } from './files.ts';
import { clusterCommand, whyNotReady } from './postgres.ts';
import type { Cluster } from './postgres.ts';
import type { Part, PartCommand } from './supervisor/part.ts';

/** What a part of ours may see of the environment: where programs are, and which certificates to trust. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
const TETHER = new URL('./supervisor/tether.ts', import.meta.url).href;
const STACK = new URL('../', import.meta.resolve('@middle/store/database.ts'));

export function postgresPart(cluster: Cluster, superuser: DatabaseAddress): Part {
  return {
    name: 'postgres',
    command: () => Promise.resolve(clusterCommand(cluster)),
    whyNotReady: () => whyNotReady(superuser),
    // Recovery after a crash replays up to max_wal_size of changes before it answers.
    readyWithin: 600_000,
    stopSignal: 'SIGINT',
    stopWithin: 30_000,
    killSignal: 'SIGQUIT',
    // Longer than a checkpoint on a slow disk keeps a new connection waiting.
    life: { signs: 'answers', silentFor: 30_000 },
  };
}

export interface ApiPlace {
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

export function apiPart(options: {
  data: DataFolder;
  secrets: Secrets;
  database: DatabaseAddress;
  place: ApiPlace;
  controlSocket: string;
  release: string;
  /** Of a stack that only shows what was: the moment; else null. */
  preview: string | null;
}): Part {
  const { data, secrets, place } = options;
  const config = {
    host: place.host,
    port: place.port,
    publicUrl: place.address,
    release: options.release,
    database: options.database,
    stackKey: secrets.stackKey,
    searchFolder: data.search,
    blobsFolder: data.blobs,
    cliTokenSha256: createHash('sha256').update(secrets.cliToken).digest('hex'),
    controlSocket: options.controlSocket,
    dataFolder: data.root,
    preview: options.preview,
  };
  return {
    ...NODE_PART,
    name: 'api',
    command: () => nodeCommand(data, 'api', new URL('api/main.ts', STACK), config, LEAN),
    async whyNotReady() {
      const response = await fetch(`${place.address}/readyz`, { signal: AbortSignal.timeout(5_000) });
      await response.body?.cancel();
      return response.ok ? null : `it answers ${response.status}`;
    },
  };
}

export function workerPart(options: {
  data: DataFolder;
  secrets: Secrets;
  database: DatabaseAddress;
  controlSocket: string;
  release: string;
  preview: string | null;
}): Part {
  const { data, secrets } = options;
  const readyFile = path.join(data.run, 'worker.ready');
  const config = {
    name: 'worker',
    release: options.release,
    database: options.database,
    stackKey: secrets.stackKey,
    searchFolder: data.search,
    blobsFolder: data.blobs,
    scratchFolder: data.scratch,
    readyFile,
    controlSocket: options.controlSocket,
    preview: options.preview,
  };
  return {
    ...NODE_PART,
    name: 'worker',
    async command() {
      await rm(readyFile, { force: true });
      // Not lean: storing records took 60% more CPU with --optimize-for-size.
      return nodeCommand(data, 'worker', new URL('worker/main.ts', STACK), config, ['--expose-gc']);
    },
    whyNotReady: () =>
      readFile(readyFile).then(
        () => null,
        () => 'its rooms are not open yet',
      ),
  };
}

/** A program of Node's, told what it needs by a file named in MIDDLE_CONFIG; secrets are never in its environment. */
export async function nodeCommand(
  data: DataFolder,
  name: string,
  main: URL,
  config: object,
  flags: readonly string[] = LEAN,
): Promise<PartCommand> {
  const configFile = path.join(data.run, `${name}.json`);
  await writeDurably(configFile, JSON.stringify(config));
  const passed = PASSED_ON.flatMap((key) =>
    process.env[key] === undefined ? [] : [[key, process.env[key]]],
  );
  return {
    program: process.execPath,
    args: [...flags, '--disable-warning=ExperimentalWarning', '--import', TETHER, fileURLToPath(main)],
    cwd: data.root,
    env: {
      ...Object.fromEntries(passed),
      NODE_ENV: 'production',
      MIDDLE_CONFIG: configFile,
      MIDDLE_POSTMASTER: path.join(data.postgres, 'postmaster.pid'),
    },
    user: null,
  };
}

/** For programs that mostly wait: 12 MB less each, measured with the idle API. */
const LEAN = ['--optimize-for-size', '--max-semi-space-size=1'];

export const NODE_PART = {
  readyWithin: 60_000,
  stopSignal: 'SIGTERM',
  stopWithin: 15_000,
  killSignal: 'SIGKILL',
  // Far longer than the longest piece of work between two turns of an event loop of ours.
  life: { signs: 'beats', silentFor: 20_000 },
} as const;
