import { fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { withClient } from '@middle/store/client.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { readMigrations } from '@middle/store/migrate.ts';
import { MIGRATIONS } from '../migrations.ts';
import { isAlive } from './alive.ts';

export interface TestDatabase extends AsyncDisposable {
  /** Of the whole cluster, for tests that must end connections or look behind the roles. */
  readonly superuser: DatabaseAddress;
  readonly owner: DatabaseAddress;
  readonly api: DatabaseAddress;
  readonly worker: DatabaseAddress;
}

type Addresses = Omit<TestDatabase, typeof Symbol.asyncDispose>;

/**
 * A migrated database of this test's own, cloned from a template in a cluster that all test files share. Dispose of
 * it to drop it; what is left behind goes with the cluster, seconds after the last test process has ended.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const template = await sharedCluster();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asSuperuser(
    template,
    `create database ${name} template ${template.owner.database} owner middle_owner`,
  );
  const at = (address: DatabaseAddress): DatabaseAddress => ({ ...address, database: name });
  return {
    superuser: at(template.superuser),
    owner: at(template.owner),
    api: at(template.api),
    worker: at(template.worker),
    [Symbol.asyncDispose]: () => asSuperuser(template, `drop database if exists ${name} with (force)`),
  };
}

async function asSuperuser({ superuser }: Addresses, statement: string): Promise<void> {
  await withClient({ ...superuser, database: 'postgres' }, (client) => client.query(statement));
}

/** Only against hanging: a start takes 2 seconds, and many times that on a loaded machine. */
const START_MILLISECONDS = 180_000;
let shared: Promise<Addresses> | undefined;

function sharedCluster(): Promise<Addresses> {
  shared ??= findOrStart();
  return shared;
}

/** Tests of different schemas don't share: the folder's name is made of the migrations. Short, for socket paths. */
async function keeperFolder(): Promise<string> {
  const digest = createHash('sha256');
  for (const migration of await readMigrations(MIGRATIONS)) digest.update(migration.digest);
  digest.update(fileURLToPath(import.meta.url));
  return path.join(tmpdir(), `middle-test-${process.getuid?.() ?? 0}-${digest.digest('hex').slice(0, 12)}`);
}

async function findOrStart(): Promise<Addresses> {
  const folder = await keeperFolder();
  const giveUp = Date.now() + START_MILLISECONDS;
  while (Date.now() < giveUp) {
    const addresses = (await greet(folder)) ?? (await withLock(`${folder}.lock`, () => start(folder)));
    if (addresses !== null) return addresses;
    await sleep(50);
  }
  throw new Error(`No test database within ${START_MILLISECONDS / 1000} s in ${folder}`);
}

async function start(folder: string): Promise<Addresses | null> {
  const running = await greet(folder);
  if (running !== null) return running;
  const program = fileURLToPath(new URL('./keeper.ts', import.meta.url));
  const keeper = fork(program, [folder], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  let errors = '';
  keeper.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ready = await new Promise<boolean>((resolve) => {
    keeper.once('message', () => resolve(true));
    keeper.once('exit', () => resolve(false));
  });
  if (!ready) throw new Error(`The test database could not be started: ${errors}`);
  keeper.stderr?.destroy();
  keeper.unref();
  return greet(folder);
}

/** Connects to a keeper and stays connected while this process lives, without keeping it alive. */
async function greet(folder: string): Promise<Addresses | null> {
  const socket = connect(path.join(folder, 'keeper.sock'));
  const line = await firstLine(socket);
  if (line === null) return null;
  socket.unref();
  const addresses: Addresses = JSON.parse(line);
  return addresses;
}

function firstLine(socket: Socket): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.once('close', () => resolve(null));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
}

/** One starter at a time. The lock names its process, so that one left by a killed process is known at once. */
async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T | null> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
  } catch {
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    // Zero: just made, or just gone.
    if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true });
    return null;
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}
