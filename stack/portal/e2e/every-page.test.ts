import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaintsAbout, overflowOf, settle, violationsOf } from './inspect.ts';
import { firstTransfers, openScene, until } from './scene.ts';
import type { Scene } from './scene.ts';

interface Place {
  readonly address: string;
  /** Every colour of the portal is on one of these: only they are looked at in the dark too. */
  readonly dark?: true;
}

async function places({ stack, connectionId, accountKey }: Scene): Promise<readonly Place[]> {
  const { items } = await stack.client.listSyncRuns({ query: { connectionId, limit: 1 } });
  const account = `/accounts/${accountKey}`;
  const accountId = accountKey;
  const [workflow] = (await stack.client.listWorkflows({ params: { accountId } })).items;
  const workflowId = workflow?.id ?? '';
  const [trigger] = (await stack.client.listTriggers({ params: { workflowId } })).items;
  const execution = await until('an execution that has ended', async () => {
    const { items: ended } = await stack.client.listExecutions({
      params: { accountId },
      query: { state: ['succeeded'] },
    });
    return ended[0];
  });
  const connection = `/connections/${connectionId}`;
  const version = '/apps/atlas/versions/1.1.0';
  return [
    { address: '/', dark: true },
    { address: account },
    { address: `${account}/search?text=paris` },
    { address: `${account}/runs` },
    { address: `${account}/quarantine` },
    { address: `${account}/alerts` },
    { address: `${account}/alerts/settings` },
    { address: `${account}/api-keys` },
    { address: `${account}/settings` },
    { address: `${account}/dashboard?hours=1`, dark: true },
    { address: `${account}/executions` },
    { address: `/workflows/${workflowId}/executions` },
    { address: `/workflows/${workflowId}/triggers` },
    { address: `/workflows/${workflowId}/dashboard` },
    { address: `/triggers/${trigger?.id ?? ''}` },
    { address: `/executions/${execution.id}`, dark: true },
    { address: connection, dark: true },
    { address: `${connection}/quarantine` },
    { address: `${connection}/lookups` },
    { address: `${connection}/settings`, dark: true },
    { address: `${connection}/records/airport` },
    { address: `${connection}/records/country/BE`, dark: true },
    { address: `/runs/${items[0]?.id ?? ''}`, dark: true },
    { address: '/apps' },
    { address: '/apps/atlas' },
    { address: version },
    { address: `${version}/files` },
    { address: '/alerts' },
    { address: '/alerts/settings', dark: true },
    { address: '/queues' },
    { address: '/queues/atlas/dead-letters' },
    { address: '/balance' },
    { address: '/audit' },
    { address: '/people' },
    { address: '/health', dark: true },
    { address: '/settings' },
    { address: '/me' },
  ];
}

test('every page of the portal, with the sample', async (t) => {
  const welcome: string[] = [];
  await using scene = await openScene(async (at) => {
    welcome.push(...(await complaintsAbout(at, 'welcome')));
  });
  const { page } = scene;
  await firstTransfers(scene);
  const all = await places(scene);

  await t.test('no page scrolls sideways at 400 pixels, and axe finds nothing serious', async () => {
    const found = [...welcome];
    for (const { address, dark } of all) {
      await settle(page, address);
      found.push(...(await overflowOf(page, address)));
      await page.setViewportSize({ width: 1440, height: 900 });
      // What is around the page is the same on all of them.
      const part = address === '/' ? 'body' : 'main';
      found.push(...(await violationsOf(page, address, 'light', part)));
      if (dark === true) found.push(...(await violationsOf(page, address, 'dark', part)));
    }
    assert.deepEqual(found, []);
  });

  await t.test('where motion is reduced, other colours are there at once', async () => {
    await page.goto('/');
    await page.getByRole('table', { name: 'Accounts' }).waitFor();
    for (const colorScheme of ['light', 'dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      assert.equal(await page.evaluate('document.getAnimations().length'), 0);
    }
  });

  await t.test('at 400 pixels the navigation is a drawer', async () => {
    await page.setViewportSize({ width: 400, height: 860 });
    await page.goto('/');
    await page.getByRole('button', { name: 'Open the navigation' }).click();
    await page.getByRole('link', { name: 'Health' }).click();
    await page.getByRole('heading', { name: 'Health' }).waitFor();
  });

  assert.deepEqual(scene.complaints, []);
});
