import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { firstTransfers, openScene } from './scene.ts';
import type { Scene } from './scene.ts';

type Scheme = 'light' | 'dark';

interface Place {
  readonly address: string;
  /** Every colour of the portal is on one of these: only they are looked at in the dark too. */
  readonly dark?: true;
}

async function places({ stack, connectionId, accountKey }: Scene): Promise<readonly Place[]> {
  const { items } = await stack.client.listSyncRuns({ query: { connectionId, limit: 1 } });
  const account = `/accounts/${accountKey}`;
  const connection = `/connections/${connectionId}`;
  const version = '/apps/atlas/versions/1.0.0';
  return [
    { address: '/', dark: true },
    { address: account },
    { address: `${account}/search?text=paris` },
    { address: `${account}/runs` },
    { address: `${account}/quarantine` },
    { address: `${account}/settings` },
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

/** Nothing on the page is still loading. */
async function settle(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('main h1').first().waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Only colours differ in the dark. */
async function findings(page: Page, address: string, scheme: Scheme): Promise<string[]> {
  await page.emulateMedia({ colorScheme: scheme });
  // Two frames: the colours of the other theme are drawn.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  // What is around the page is the same on all of them.
  const where = address === '/' ? 'body' : 'main';
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).include(where);
  const { violations } = await (
    scheme === 'light' ? axe.withTags(RULES) : axe.withRules('color-contrast')
  ).analyze();
  return violations.flatMap(({ id, impact, nodes }) =>
    impact === 'serious' || impact === 'critical'
      ? nodes.map(({ html, failureSummary = '' }) => `${address} ${scheme} ${id}: ${html} ${failureSummary}`)
      : [],
  );
}

test('every page of the portal, with the sample', async (t) => {
  await using scene = await openScene();
  const { page } = scene;
  await firstTransfers(scene);
  const all = await places(scene);

  await t.test('no page scrolls sideways at 400 pixels', async () => {
    await page.setViewportSize({ width: 400, height: 860 });
    const wide: string[] = [];
    for (const { address } of all) {
      await settle(page, address);
      const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (over !== 0) wide.push(`${address}: ${String(over)} pixels`);
    }
    assert.deepEqual(wide, []);
  });

  await t.test('at 400 pixels the navigation is a drawer', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Open the navigation' }).click();
    await page.getByRole('link', { name: 'Health' }).click();
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await t.test('axe finds nothing serious', async () => {
    const wrong: string[] = [];
    for (const { address, dark } of all) {
      await settle(page, address);
      wrong.push(...(await findings(page, address, 'light')));
      if (dark === true) wrong.push(...(await findings(page, address, 'dark')));
    }
    assert.deepEqual(wrong, []);
  });

  assert.deepEqual(scene.complaints, []);
});
