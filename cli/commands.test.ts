import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createProgram } from './program.ts';
import { cliReference } from './reference.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const DOCS = fileURLToPath(new URL('../docs/cli.md', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the command line', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'middle-cli-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const middle = (...args: readonly string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [MAIN, '--data', path.join(folder, 'data'), ...args],
        { cwd: folder, env: { ...process.env, NO_COLOR: '1' } },
        (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      );
    });

  test('docs/cli.md is what the commands say', async () => {
    assert.equal(await readFile(DOCS, 'utf8'), cliReference(createProgram('').program));
  });

  test('a new app passes its own check and test', async () => {
    const made = await middle('app', 'init', 'My Shop');
    assert.deepEqual([made.code, made.stderr], [0, '']);
    const checked = await middle('--json', 'app', 'check', 'My Shop');
    assert.deepEqual([checked.code, JSON.parse(checked.stdout)], [0, { ok: true, problems: [] }]);
    const tested = await middle('app', 'test', 'My Shop');
    assert.equal(tested.code, 0, tested.stdout + tested.stderr);
    assert.match(tested.stdout, /1 passed, 0 failed/);
    const compiler = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url));
    await promisify(execFile)(compiler, ['-p', path.join(folder, 'My Shop')]);
    assert.equal((await middle('app', 'init', 'My Shop')).code, 5, 'what is there is never overwritten');
  });

  test('a problem is told with file, line and column; a failing test says what differs', async () => {
    await middle('app', 'init', 'broken');
    const manifest = path.join(folder, 'broken', 'middle.app.yaml');
    const text = await readFile(manifest, 'utf8');
    await writeFile(manifest, text.replace('type: number', 'type: numbre'));
    const checked = await middle('app', 'check', 'broken');
    assert.equal(checked.code, 8);
    const line = text.split('\n').findIndex((one) => one.includes('type: number')) + 1;
    assert.match(checked.stdout, new RegExp(`broken/middle.app.yaml:${String(line)}:\\d+ error .*numbre`));
    await writeFile(manifest, text);
    const recorded = path.join(folder, 'broken', 'tests', 'all-items.yaml');
    await writeFile(recorded, (await readFile(recorded, 'utf8')).replace('price: null', 'price: 3'));
    const tested = await middle('app', 'test', 'broken');
    assert.equal(tested.code, 8);
    assert.match(tested.stdout, /✗ Two pages of items/);
  });

  test('exit codes and errors say whose fault it is and what to do', async () => {
    const missing = await middle('app', 'check', 'nowhere');
    assert.equal(missing.code, 5);
    assert.match(missing.stderr, /no middle\.app\.yaml[\s\S]*middle app init nowhere/);
    const json = await middle('--json', 'sync', 'list');
    assert.equal(json.code, 3);
    assert.equal(JSON.parse(json.stdout).error.code, 'not_running');
    assert.equal((await middle('records', 'list', 'demo/Atlas', 'city')).code, 3);
    assert.equal((await middle('nonsense')).code, 2);
    const old = await middle('app', 'pull', 'atlas', '--app-version', '1.0.0');
    assert.equal(old.code, 3, 'the option reaches the command');
    assert.equal((await middle('up', '--port', 'x')).code, 2);
    assert.equal((await middle('records', 'list', 'a', 'b', '--limit', '0')).code, 2);
    assert.equal((await middle('--help')).code, 0);
  });

  test('completion names every command', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, stdout } = await middle('completion', shell);
      assert.equal(code, 0);
      for (const word of ['push', 'records', 'sync', 'logs'])
        assert.ok(stdout.includes(word), `${shell}: ${word}`);
    }
  });
});
