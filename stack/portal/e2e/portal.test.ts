import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, openPage } from './browser.ts';
import { startStack } from './running-stack.ts';
import { until } from './scene.ts';
import type { Scene } from './scene.ts';
import { everyPage } from './suites/every-page.ts';
import { failures } from './suites/failures.ts';
import { keyboard } from './suites/keyboard.ts';
import { people } from './suites/people.ts';
import { quarantine } from './suites/quarantine.ts';
import { records } from './suites/records.ts';
import { syncs } from './suites/syncs.ts';

/** One stack and one browser for all: a start of both costs more than most tests. */
test('the portal, against a running stack with the sample', async (t) => {
  await using stack = await startStack();
  const browser = await openBrowser();
  t.after(() => browser.close());
  const { page, complaints } = await openPage(browser, stack.address);

  await t.test('the first owner signs in by the one-time link and chooses a password', async () => {
    await page.goto(stack.signInLink);
    await page.getByRole('heading', { name: 'Welcome to your stack' }).waitFor();
    assert.ok(!page.url().includes('token'), 'the secret has left the address bar');
    await page.getByLabel('Your name').fill('Ada Owner');
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Open my stack' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  await t.test('records arrive while one watches', async () => {
    await page.getByRole('table', { name: 'Accounts' }).getByRole('link', { name: 'Demo' }).click();
    await page.getByRole('link', { name: 'Atlas', exact: true }).click();
    await page.getByRole('link', { name: /135,2\d\d records|10,000\+ records/ }).waitFor({ timeout: 90_000 });
  });

  const connections = await stack.client.listConnections();
  const connection = connections.items[0];
  assert.ok(connection !== undefined);
  await until('the end of the first transfers', async () => {
    const { items } = await stack.client.listSyncRuns({ query: { state: ['queued', 'running', 'storing'] } });
    return items.length === 0;
  });
  const scene: Scene = {
    stack,
    browser,
    page,
    complaints,
    connectionId: connection.id,
    accountKey: connection.account.key,
  };
  await syncs(t, scene);
  await records(t, scene);
  await quarantine(t, scene);
  await people(t, scene);
  await keyboard(t, scene);
  await everyPage(t, scene);
  await failures(t, scene);
  assert.deepEqual(complaints, []);
});
