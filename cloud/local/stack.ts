import { rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { MiddleError } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import { migrate } from '@middle/store/migrate.ts';
import type { Backups } from './backup/backups.ts';
import { previewOf } from './backup/origin.ts';
import { backupControls, startBackups } from './backup/start.ts';
import { openDataFolder, openSecrets } from './data-folder.ts';
import type { DataFolder, Secrets } from './data-folder.ts';
import { emptyRunFolder, endLeftovers } from './leftovers.ts';
import { MIGRATIONS } from './migrations.ts';
import { choosePort } from './ports.ts';
import { addresses, ensureCluster, provision } from './postgres.ts';
import { shortPaths } from './short-path.ts';
import type { ShortPaths } from './short-path.ts';
import { alreadyRunning, removeRunning, takeLock, writeRunning } from './stack-lock.ts';
import type { Running } from './stack-lock.ts';
import { apiPart, postgresPart, workerPart } from './stack-parts.ts';
import { serveControl } from './supervisor/control.ts';
import type { ControlHandlers } from './supervisor/control.ts';
import { memoryOf } from './supervisor/memory.ts';
import type { Part } from './supervisor/part.ts';
import { startTimeOf } from './supervisor/processes.ts';
import { createSupervisor } from './supervisor/supervisor.ts';
import type { Supervisor } from './supervisor/supervisor.ts';

/** How long an end waits for what is not backed up yet. The next start goes on where it ended. */
const LAST_BACKUP_MILLISECONDS = 5_000;

/** Loopback only: nobody but this machine reaches the portal and the API. */
const HOST = '127.0.0.1';

export interface StackOptions {
  readonly dataFolder: string;
  /** Null: 4400 or the next free one. 0: any free one. */
  readonly port: number | null;
  readonly release: string;
  readonly log: Log;
  /** Told after each step of the start. */
  readonly step: (name: string, milliseconds: number) => void;
  /** What a program may ask of this stack through its control socket, besides its status and its end. */
  readonly controls?: ControlHandlers;
  /** Parts that are no business of the stack's but run beside it, started together with its own. */
  readonly beside?: (data: DataFolder) => Promise<Part[]>;
  /** Where backups go and how far back they reach, when that is to change. */
  readonly backups?: { readonly folder?: string | undefined; readonly days?: number | undefined };
  /** Someone asked for the end through the control socket. */
  readonly stopAsked: () => void;
}

export interface Stack {
  readonly data: DataFolder;
  readonly secrets: Secrets;
  /** Where the portal and the API are. */
  readonly address: string;
  /** True when this start made the database. */
  readonly created: boolean;
  /** Of a stack that only shows what was: the moment. */
  readonly preview: string | null;
  startPart(part: Part): Promise<number>;
  stopPart(name: string): Promise<void>;
}

/** One customer's stack on this machine, from start to end. */
export interface StackRun {
  start(): Promise<Stack>;
  /** Every part in its own time; then nothing is left but the data. Also while it starts. */
  stop(): Promise<void>;
  /** At once. What was accepted is safe: Postgres recovers at the next start. */
  kill(): Promise<void>;
}

export function stackRun(options: StackOptions): StackRun {
  const cleanups: (() => Promise<void>)[] = [];
  const running: RunningParts = { supervisor: null, backups: null };
  let starting: Promise<Stack> | null = null;
  let ending: Promise<void> | null = null;
  const aborted = new AbortController();
  const cleanUp = async (): Promise<void> => {
    aborted.abort();
    await stopBackups(running);
    await running.supervisor?.stopAll();
    // A start that is under way comes to its next step, finds that it shall end, and starts nothing more.
    await starting?.catch(() => {});
    await stopBackups(running);
    await running.supervisor?.stopAll();
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  };
  const stop = (): Promise<void> => (ending ??= cleanUp());
  return {
    async start() {
      starting = startStack(options, cleanups, aborted.signal, running);
      try {
        return await starting;
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
    async kill() {
      await running.backups?.stop(0);
      const killing = running.supervisor?.killAll();
      await stop();
      await killing;
    },
  };
}

interface RunningParts {
  supervisor: Supervisor | null;
  /** Null until everything runs, and in a stack that only shows what was. */
  backups: Backups | null;
}

function backedUp({ backups }: RunningParts): Backups {
  if (backups !== null) return backups;
  throw new MiddleError('not_running', 'Backups do not run: the stack is starting, or only shows what was.');
}

/** The last that was committed is backed up too: whoever commits ends before, and the database after. */
async function stopBackups({ supervisor, backups }: RunningParts): Promise<void> {
  if (backups === null) return;
  for (const { name } of supervisor?.status().toReversed() ?? []) {
    if (name !== 'postgres') await supervisor?.stop(name);
  }
  await backups.stop(LAST_BACKUP_MILLISECONDS);
}

async function startStack(
  options: StackOptions,
  cleanups: (() => Promise<void>)[],
  aborted: AbortSignal,
  running: RunningParts,
): Promise<Stack> {
  const { log, release, step } = options;
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const begin = performance.now();
    const result = await work();
    step(name, performance.now() - begin);
    return result;
  };
  const data = await openDataFolder(options.dataFolder);
  const lock = takeLock(data);
  if (lock === null) throw await alreadyRunning(data);
  cleanups.push(() => lock.release());
  cleanups.push(() => emptyRunFolder(data));
  await endLeftovers(data, log);
  const short = shortPaths();
  cleanups.push(() => short.remove());
  const secrets = await openSecrets(data);
  const controlSocket = path.join(await short.of(data.run), 'control.sock');
  const record = recordRunning(data, short, controlSocket);
  cleanups.push(() => record.end());
  const supervisor = createSupervisor({ logs: data.logs, log, changed: () => record.write() });
  record.partsFrom(supervisor);
  running.supervisor = supervisor;
  const control = await serveControl(controlSocket, {
    ...options.controls,
    'GET /status': () => statusOf(data, release, record.state(), running),
    'POST /stop': () => Promise.resolve(options.stopAsked()).then(() => ({ stopping: true })),
    ...backupControls(() => backedUp(running)),
  });
  cleanups.push(() => control.close());

  const { passwords } = secrets;
  const databaseBegin = performance.now();
  const cluster = await ensureCluster({ folder: data.postgres, superuserPassword: passwords.superuser });
  aborted.throwIfAborted();
  const database = addresses(await short.of(cluster.socketFolder), 'middle', passwords);
  await supervisor.start(postgresPart(cluster, database.superuser));
  step(cluster.created ? 'new database' : 'postgres', performance.now() - databaseBegin);
  await timed('migrations', async () => {
    await provision(database.superuser, passwords);
    await migrate(database.owner, MIGRATIONS);
  });
  aborted.throwIfAborted();
  const port = await choosePort(HOST, options.port);
  const address = `http://${HOST}:${port}`;
  record.address(address);
  await emptyScratch(data);
  aborted.throwIfAborted();
  const preview = await previewOf(data);
  const parts = partsOf(options, {
    data,
    secrets,
    preview,
    database,
    place: { host: HOST, port, address },
    controlSocket,
  });
  const started = async (part: Part): Promise<void> => step(part.name, await supervisor.start(part));
  await Promise.all([...parts, ...((await options.beside?.(data)) ?? [])].map(started));
  aborted.throwIfAborted();
  if (preview === null) {
    running.backups = await startBackups(options, { data, secrets, superuser: database.superuser });
  }
  return {
    data,
    secrets,
    address,
    created: cluster.created,
    preview,
    startPart: (part) => supervisor.start(part),
    stopPart: (name) => supervisor.stop(name),
  };
}

function partsOf(
  { release }: StackOptions,
  given: Omit<Parameters<typeof apiPart>[0], 'database' | 'release'> & {
    database: ReturnType<typeof addresses>;
  },
): Part[] {
  const { database } = given;
  return [
    workerPart({ ...given, release, database: database.worker }),
    apiPart({ ...given, release, database: database.api }),
  ];
}

/** Keeps run/running.json in step with what runs; writes never overlap. */
function recordRunning(data: DataFolder, short: ShortPaths, controlSocket: string) {
  const startedAt = new Date().toISOString();
  let address: string | null = null;
  let supervisor: Supervisor | null = null;
  let writing = Promise.resolve();
  let over = false;
  const marks = async (): Promise<Running['parts']> => {
    const found: Running['parts'] = [];
    for (const { name, pid } of supervisor?.status() ?? []) {
      const startTime = pid === null ? null : await startTimeOf(pid);
      if (pid !== null && startTime !== null) found.push({ name, pid, startTime });
    }
    return found;
  };
  const write = async (): Promise<void> => {
    if (over) return;
    const own = { pid: process.pid, startTime: (await startTimeOf(process.pid)) ?? '' };
    const parts = await marks();
    await writeRunning(data, {
      supervisor: own,
      address,
      controlSocket,
      shortFolder: short.folder,
      startedAt,
      parts,
    });
  };
  return {
    partsFrom(of: Supervisor) {
      supervisor = of;
    },
    address(known: string) {
      address = known;
      this.write();
    },
    state: () => ({ address, startedAt }),
    write() {
      writing = writing.then(write);
    },
    async end() {
      over = true;
      await writing;
      await removeRunning(data);
    },
  };
}

async function statusOf(
  data: DataFolder,
  release: string,
  state: { address: string | null; startedAt: string },
  { supervisor, backups }: RunningParts,
): Promise<unknown> {
  const parts = supervisor?.status() ?? [];
  const pids = parts.flatMap(({ pid }) => (pid === null ? [] : [pid]));
  const memory = await memoryOf([process.pid, ...pids]);
  return {
    release,
    dataFolder: data.root,
    ...state,
    pid: process.pid,
    /** Of everything: the supervisor, the parts, and what they started. */
    memoryBytes: memory?.get(process.pid) ?? null,
    disk: await diskOf(data),
    backup: backups?.state() ?? null,
    parts: parts.map((part) =>
      Object.assign({}, part, { memoryBytes: part.pid === null ? null : (memory?.get(part.pid) ?? null) }),
    ),
  };
}

/** Of the disk that the data folder is on. */
async function diskOf(data: DataFolder): Promise<{ freeBytes: number; bytes: number }> {
  const { bavail, blocks, bsize } = await statfs(data.root);
  return { freeBytes: bavail * bsize, bytes: blocks * bsize };
}

async function emptyScratch(data: DataFolder): Promise<void> {
  await rm(data.scratch, { recursive: true, force: true });
  await openDataFolder(data.root);
}
