import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { MiddleError } from '@middle/core/errors.ts';
import { openDataFolder, openSecrets } from './data-folder.ts';
import { MOST_BYTES, shortPaths } from './short-path.ts';
import { alreadyRunning, takeLock, writeRunning } from './stack-lock.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'data folder-'));
});
afterEach(() => rm(root, { recursive: true }));

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof MiddleError && error.code === 'config_invalid' && message.test(error.message);

test('a new folder is laid out for its owner only, and opening it again changes nothing', async () => {
  const data = await openDataFolder(path.join(root, 'deep', 'stack'));
  for (const folder of [data.root, data.keys, data.run, data.logs]) {
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
  }
  const marker = await readFile(path.join(data.root, 'stack.json'), 'utf8');
  await openDataFolder(data.root);
  assert.equal(await readFile(path.join(data.root, 'stack.json'), 'utf8'), marker);
});

test("another folder, another layout and a file's path are refused", async () => {
  await writeFile(path.join(root, 'letter.txt'), 'mine');
  await assert.rejects(openDataFolder(root), refused(/neither empty nor a stack's/));
  await assert.rejects(openDataFolder(path.join(root, 'letter.txt')), refused(/can't be used/));
  const other = path.join(root, 'other');
  await mkdir(other);
  await writeFile(path.join(other, 'stack.json'), '{"layout":99}');
  await assert.rejects(openDataFolder(other), refused(/layout 99/));
});

test('secrets are made once, differ, and are for their owner only', async () => {
  const data = await openDataFolder(path.join(root, 'stack'));
  const first = await openSecrets(data);
  assert.deepEqual(await openSecrets(data), first);
  const all = [first.cliToken, ...Object.values(first.passwords)];
  assert.equal(new Set(all).size, 5);
  for (const secret of all) assert.ok(secret.length >= 43);
  assert.equal((await stat(path.join(data.keys, 'cli.token'))).mode & 0o777, 0o600);
});

test('a database without its key is refused rather than given a new one', async () => {
  const data = await openDataFolder(path.join(root, 'stack'));
  const { stackKey } = await openSecrets(data);
  await mkdir(path.join(data.postgres, 'data'));
  await rm(stackKey);
  await assert.rejects(openSecrets(data), refused(/key is missing/));
});

test('one lock per folder; the second is told who has it', async () => {
  const data = await openDataFolder(path.join(root, 'stack'));
  const lock = takeLock(data);
  assert.notEqual(lock, null);
  assert.equal(takeLock(data), null);
  await writeRunning(data, {
    supervisor: { pid: 4711, startTime: '1' },
    address: 'http://127.0.0.1:4400',
    controlSocket: '',
    shortFolder: null,
    startedAt: '',
    parts: [],
  });
  const error = await alreadyRunning(data);
  assert.equal(error.code, 'already_running');
  assert.match(error.message, /process 4711, http:\/\/127\.0\.0\.1:4400/);
  await lock?.release();
  const again = takeLock(data);
  assert.notEqual(again, null);
  await again?.release();
});

test('a long path is reached by a short one, which is removed', async () => {
  const long = path.join(root, 'x'.repeat(120));
  await mkdir(long);
  const short = shortPaths();
  assert.equal(await short.of('/short'), '/short');
  assert.equal(short.folder, null);
  const link = await short.of(long);
  assert.ok(Buffer.byteLength(`${link}/.s.PGSQL.5432.lock`) <= MOST_BYTES);
  assert.equal(await short.of(long), link);
  assert.equal((await stat(link)).ino, (await stat(long)).ino);
  assert.equal((await stat(short.folder ?? '')).mode & 0o777, 0o700);
  await short.remove();
  await assert.rejects(stat(link));
  await stat(long);
});
