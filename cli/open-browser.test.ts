import assert from 'node:assert/strict';
import { access, chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openBrowser } from './open-browser.ts';

const LINK = 'http://127.0.0.1:4400/sign-in#token=a-secret';
let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'middle-open-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('the browser is led to the link by a page that nobody else can read', async (t) => {
  if (process.platform !== 'linux') return t.skip('the program that opens browsers is another one here');
  const asked = path.join(folder, 'asked');
  const program = path.join(folder, 'xdg-open');
  await writeFile(program, `#!/bin/sh\necho "$1" > "${asked}.part" && mv "${asked}.part" "${asked}"\n`);
  await chmod(program, 0o755);
  const page = path.join(folder, 'open.html');
  await writeFile(page, 'from before', { mode: 0o644 });
  assert.equal(
    await openBrowser(LINK, page, { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` }),
    true,
  );
  for (
    const end = Date.now() + 60_000;
    await access(asked).then(
      () => false,
      () => true,
    );
  ) {
    assert.ok(Date.now() < end, 'nobody was asked to open a page');
    await sleep(20);
  }
  const told = (await readFile(asked, 'utf8')).trim();
  assert.equal(told, pathToFileURL(page).href);
  assert.ok(!told.includes('a-secret'), 'the secret is on no command line');
  assert.ok((await readFile(page, 'utf8')).includes(`url=${LINK}"`));
  assert.equal((await stat(page)).mode & 0o777, 0o600);
});

test('a machine without a browser is told of, and nothing fails', async () => {
  assert.equal(await openBrowser(LINK, path.join(folder, 'open.html'), { PATH: folder + '/none' }), false);
});
