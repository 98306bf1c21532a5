import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createKeyFile } from '@middle/cloud/local/keys.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';

const API = fileURLToPath(new URL('../main.ts', import.meta.url));
const WORKER = fileURLToPath(new URL('../../worker/main.ts', import.meta.url));

export interface StackProcesses extends AsyncDisposable {
  /** Of the command line. */
  readonly token: string;
  readonly owner: DatabaseAddress;
  /** The address of the API that runs now. */
  baseUrl(): string;
  startApi(): Promise<void>;
  startWorker(): Promise<void>;
  /** Ends it at once, in the middle of whatever it does. */
  killApi(): Promise<void>;
  killWorker(): Promise<void>;
}

/** An API and a worker as the supervisor starts them, for tests that kill them. */
export async function stackProcesses(): Promise<StackProcesses> {
  const cleanup = new AsyncDisposableStack();
  const database = cleanup.use(await testDatabase());
  const folder = await mkdtemp(join(tmpdir(), 'middle-processes-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const stackKey = join(folder, 'stack.key');
  await createKeyFile(stackKey);
  const searchFolder = join(folder, 'search');
  await mkdir(searchFolder);
  const token = randomBytes(32).toString('base64url');
  const settings = {
    api: {
      port: 0,
      publicUrl: 'http://127.0.0.1:4400',
      database: database.api,
      stackKey,
      searchFolder,
      blobsFolder: join(folder, 'blobs'),
      cliTokenSha256: createHash('sha256').update(token).digest('hex'),
    },
    worker: {
      name: 'w',
      release: '0.0.0-test',
      database: database.worker,
      stackKey,
      searchFolder,
      blobsFolder: join(folder, 'blobs'),
      scratchFolder: join(folder, 'scratch'),
    },
  };
  const running = new Map<string, ChildProcess>();
  let baseUrl = '';
  const start = async (name: 'api' | 'worker', program: string, until: RegExp): Promise<string> => {
    const config = join(folder, `${name}.json`);
    await writeFile(config, JSON.stringify(settings[name]));
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
      env: { PATH: process.env['PATH'], MIDDLE_CONFIG: config },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.set(name, child);
    return new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error(`${name} ended before it was ready`)));
      createInterface(child.stdout).on('line', (line) => {
        const [, found] = until.exec(line) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
  };
  const kill = async (name: string): Promise<void> => {
    const child = running.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  cleanup.defer(async () => {
    await Promise.all([kill('api'), kill('worker')]);
  });
  return {
    token,
    owner: database.owner,
    baseUrl: () => baseUrl,
    async startApi() {
      baseUrl = await start('api', API, /"address":"([^"]+)"/);
    },
    async startWorker() {
      await start('worker', WORKER, /"code":"(worker\.ready)"/);
    },
    killApi: () => kill('api'),
    killWorker: () => kill('worker'),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}
