import assert from 'node:assert/strict';
import { access, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { MiddleError } from '@middle/core/errors.ts';
import { askControl, serveControl } from './control.ts';

test('a control socket answers what it knows, is for its owner only, and goes away', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'control-'));
  const socket = path.join(folder, 'control.sock');
  const control = await serveControl(socket, {
    'GET /status': () => Promise.resolve({ parts: [] }),
    'POST /break': () => Promise.reject(new Error('broken')),
  });
  assert.equal((await stat(socket)).mode & 0o777, 0o600);
  assert.deepEqual(await askControl(socket, 'GET', '/status'), { parts: [] });
  await assert.rejects(askControl(socket, 'POST', '/status'), /not_found/);
  await assert.rejects(askControl(socket, 'POST', '/break'), /broken/);
  await control.close();
  await assert.rejects(access(socket));
  await assert.rejects(
    askControl(socket, 'GET', '/status'),
    (error) => error instanceof MiddleError && error.code === 'not_running',
  );
  await rm(folder, { recursive: true });
});
