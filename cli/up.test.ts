import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dataFolderAt } from '@middle/cloud/local/data-folder.ts';
import { readRunning } from '@middle/cloud/local/stack-lock.ts';
import { askControl } from '@middle/cloud/local/supervisor/control.ts';
import { createClient } from '@middle/contract/client.ts';
import type { Client } from '@middle/contract/client.ts';

/**
 * A real stack, started and ended as a person does it, in a data folder whose path has spaces and is too long for
 * sockets. The tests of this file follow each other on the same data.
 */
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
/** Only against hanging: a loaded machine takes its time. */
const WITHIN_MILLISECONDS = 180_000;

interface Status {
  readonly pid: number;
  readonly parts: readonly { name: string; state: string; pid: number; restarts: number }[];
}

let root: string;
let data: string;
let stack: ChildProcess;
let client: Client;
let told = '';

function middle(...args: string[]): ChildProcess {
  const environment = { ...process.env };
  delete environment['NODE_TEST_CONTEXT'];
  return spawn(process.execPath, [MAIN, '--data', data, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = middle(...args);
  const read = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => (read.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (read.err += chunk.toString()));
  const [code] = await once(child, 'close');
  return { ...read, code: Number(code) };
}

async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  const giveUp = Date.now() + WITHIN_MILLISECONDS;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    assert.ok(Date.now() < giveUp, `it did not come to pass within ${WITHIN_MILLISECONDS / 1000} s\n${told}`);
    await sleep(50);
  }
}

async function up(): Promise<void> {
  told = '';
  stack = middle('up', '--port', '0', '--no-sample');
  stack.stdout?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  stack.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  await until(() => Promise.resolve(told.includes('Ready in') || stack.exitCode !== null ? true : null));
  assert.match(told, /Ready in/);
  const baseUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(told)?.[0] ?? '';
  client = createClient({
    baseUrl,
    token: (await readFile(path.join(data, 'keys', 'cli.token'), 'utf8')).trim(),
  });
}

async function status(): Promise<Status> {
  const running = await readRunning(dataFolderAt(data));
  const found: unknown = await askControl(running?.controlSocket ?? '', 'GET', '/status');
  assert.ok(isStatus(found));
  return found;
}

const isStatus = (found: unknown): found is Status =>
  typeof found === 'object' && found !== null && 'parts' in found;

/** Processes that have something to do with the data folder. */
async function processes(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if ((line + environment).includes(data) && Number(pid) !== process.pid) found.push(`${pid} ${line}`);
  }
  return found;
}

/** Folders of links into the data folder: other stacks on this machine have some too. */
async function shortFolders(): Promise<string[]> {
  const found: string[] = [];
  for (const name of (await readdir(tmpdir())).filter((each) => /^middle-[A-Za-z0-9]{6}$/.test(each))) {
    const target = await readlink(path.join(tmpdir(), name, '0')).catch(() => '');
    if (target.startsWith(data)) found.push(name);
  }
  return found;
}

before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'a stack '));
  data = path.join(root, 'a folder whose name is long '.repeat(4).trim(), 'data');
});
after(async () => {
  stack.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

test('a first start makes everything, and says where the portal is and how to sign in', async () => {
  await up();
  for (const part of ['new database', 'migrations', 'worker', 'api'])
    assert.match(told, new RegExp(`✓ ${part} `));
  const token = /sign-in#token=(\S+)/.exec(told)?.[1] ?? '';
  assert.equal((await client.redeemSignInLink({ body: { token } })).role, 'owner');
  await assert.rejects(client.redeemSignInLink({ body: { token } }), /link/);
  await client.createAccount({ body: { key: 'kept', name: 'Kept' } });
});

test('a second start says that one runs, as which process and where', async () => {
  const second = await run('up');
  assert.equal(second.code, 4);
  assert.match(second.err, new RegExp(`already runs: process ${stack.pid}, http://127`));
});

test('the doctor finds every hop working, and leaves nothing', async () => {
  const { code, out } = await run('--json', 'doctor');
  assert.equal(code, 0, out);
  assert.deepEqual(
    (await client.listAccounts()).items.map(({ key }) => key),
    ['kept'],
  );
  assert.deepEqual((await client.listApps()).items, []);
});

test('each part that is killed is started again', async () => {
  for (const { name, pid } of (await status()).parts) {
    process.kill(pid, 'SIGKILL');
    await until(async () => {
      const part = (await status()).parts.find((found) => found.name === name);
      return part?.state === 'ready' && part.pid !== pid ? part : null;
    });
  }
  await until(() => client.getAccount({ params: { accountId: 'kept' } }).catch(() => null));
  for (const name of ['postgres', 'worker', 'api'])
    assert.match(told, new RegExp(`${name} ended \\(SIGKILL\\)`));
  assert.equal((await run('doctor')).code, 0);
});

test('Ctrl-C ends everything and leaves no process, socket or temporary file', async () => {
  assert.equal((await shortFolders()).length, 1);
  stack.kill('SIGINT');
  const [code] = await once(stack, 'exit');
  assert.equal(code, 0, told);
  assert.deepEqual(await processes(), []);
  assert.deepEqual(await readdir(path.join(data, 'run')), []);
  assert.deepEqual(await readdir(path.join(data, 'postgres', 'socket')), []);
  assert.deepEqual(await shortFolders(), []);
  assert.equal((await run('status')).code, 3);
});

test('after everything was killed at once, the next start cleans up and has what was accepted', async () => {
  await up();
  await client.createAccount({ body: { key: 'accepted', name: 'Accepted' } });
  const { pid, parts } = await status();
  for (const one of [pid, ...parts.map((part) => part.pid)]) process.kill(one, 'SIGKILL');
  await once(stack, 'exit');
  await up();
  assert.deepEqual((await client.listAccounts()).items.map(({ key }) => key).toSorted(), [
    'accepted',
    'kept',
  ]);
});

test('after the supervisor alone was killed, the next start ends what it left running', async () => {
  const { parts } = await status();
  stack.kill('SIGKILL');
  await once(stack, 'exit');
  await up();
  const now = await status();
  assert.deepEqual(
    now.parts.map(({ state }) => state),
    ['ready', 'ready', 'ready'],
  );
  for (const { pid } of parts)
    assert.equal(
      now.parts.some((part) => part.pid === pid),
      false,
    );
});

test('after the supervisor alone was killed, all that it started ends by itself, Postgres last', async () => {
  stack.kill('SIGKILL');
  await once(stack, 'exit');
  await until(async () => ((await processes()).length === 0 ? true : null));
  await up();
});

test('a stack ends when another command asks for it', async () => {
  const ended = once(stack, 'exit');
  assert.equal((await run('stop')).code, 0);
  assert.deepEqual(await ended, [0, null]);
});

test('Ctrl-C during the start ends it, and the next start works', async () => {
  stack = middle('up', '--port', '0', '--no-sample');
  told = '';
  stack.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  await until(() => Promise.resolve(told.includes('postgres') ? true : null));
  stack.kill('SIGINT');
  assert.deepEqual(await once(stack, 'exit'), [130, null], told);
  assert.deepEqual(await processes(), []);
  assert.deepEqual(await readdir(path.join(data, 'run')), []);
  await up();
});

test('two Ctrl-C end everything at once, and the next start works', async () => {
  stack.kill('SIGINT');
  await sleep(600); // two presses closer together count as one
  stack.kill('SIGINT');
  await until(() => Promise.resolve(stack.exitCode));
  assert.deepEqual(await processes(), []);
  await up();
  stack.kill('SIGINT');
  await once(stack, 'exit');
});
