import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstTransfers, openScene } from './scene.ts';
import { failures } from './suites/failures.ts';
import { keyboard } from './suites/keyboard.ts';
import { quarantine } from './suites/quarantine.ts';
import { records } from './suites/records.ts';
import { syncs } from './suites/syncs.ts';

/** One stack and one browser for all: a start of both costs more than most tests. */
test('what people do in the portal, against a running stack with the sample', async (t) => {
  await using scene = await openScene();
  const { page } = scene;

  await t.test('records arrive while one watches', async () => {
    assert.ok(!page.url().includes('token'), 'the secret of the link has left the address bar');
    await page.getByRole('table', { name: 'Accounts' }).getByRole('link', { name: 'Demo' }).click();
    await page.getByRole('link', { name: 'Atlas', exact: true }).click();
    await page.getByRole('link', { name: /^7,1\d\d records/ }).waitFor();
  });
  await firstTransfers(scene);

  await syncs(t, scene);
  await records(t, scene);
  await quarantine(t, scene);
  await keyboard(t, scene);
  await failures(t, scene);
  assert.deepEqual(scene.complaints, []);
});
