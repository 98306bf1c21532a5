import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createKeyFile } from '@middle/cloud/local/keys.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import { createClient } from '@middle/contract/client.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const TOKEN = 'a-token-of-the-command-line';

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'middle-api-main-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function start(config: string): ChildProcess {
  return spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], MIDDLE_CONFIG: config },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The address in the log line that says it listens. */
async function listening(child: ChildProcess): Promise<string> {
  assert(child.stdout !== null);
  for await (const line of createInterface(child.stdout)) {
    const address = /"address":"([^"]+)"/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error('it ended before it listened');
}

test('the process serves, and ends cleanly on SIGTERM with a stream open', async () => {
  await using database = await testDatabase();
  await withFolder(async (folder) => {
    const stackKey = join(folder, 'stack.key');
    await createKeyFile(stackKey);
    const config = join(folder, 'api.json');
    const settings = {
      port: 0,
      publicUrl: 'http://127.0.0.1:4400',
      database: database.api,
      stackKey,
      searchFolder: join(folder, 'search'),
      blobsFolder: join(folder, 'blobs'),
      cliTokenSha256: createHash('sha256').update(TOKEN).digest('hex'),
    };
    await writeFile(config, JSON.stringify(settings));
    const child = start(config);
    try {
      const baseUrl = await listening(child);
      assert.equal((await fetch(`${baseUrl}/readyz`)).status, 200);
      const client = createClient({ baseUrl, token: TOKEN });
      assert.equal((await client.getMe()).kind, 'cli');
      const stream = await client.streamEvents();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      assert.match(await stream.text(), /: hello/);
      assert.deepEqual(await ended, [0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

test('a wrong configuration is named', async () => {
  await withFolder(async (folder) => {
    const config = join(folder, 'api.json');
    await writeFile(config, '{"port":"many"}');
    const child = start(config);
    let said = '';
    child.stderr?.on('data', (chunk) => void (said += String(chunk)));
    const [code] = await once(child, 'close');
    assert.notEqual(code, 0);
    assert.match(said, /api\.json is wrong/);
    assert.match(said, /port/);
  });
});
