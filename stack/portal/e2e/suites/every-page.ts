import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import type { Scene } from '../scene.ts';

async function addresses(scene: Scene): Promise<readonly string[]> {
  const { connectionId, accountKey } = scene;
  const { items } = await scene.stack.client.listSyncRuns({ query: { connectionId, limit: 1 } });
  const version = '/apps/atlas/versions/1.0.0';
  return [
    '/',
    `/accounts/${accountKey}`,
    `/accounts/${accountKey}/search?text=paris`,
    `/accounts/${accountKey}/runs`,
    `/accounts/${accountKey}/quarantine`,
    `/accounts/${accountKey}/settings`,
    `/connections/${connectionId}`,
    `/connections/${connectionId}/quarantine`,
    `/connections/${connectionId}/lookups`,
    `/connections/${connectionId}/settings`,
    `/connections/${connectionId}/records/airport`,
    `/connections/${connectionId}/records/country/BE`,
    `/runs/${items[0]?.id ?? ''}`,
    '/apps',
    '/apps/atlas',
    version,
    `${version}/files`,
    '/queues',
    '/queues/atlas/dead-letters',
    '/balance',
    '/audit',
    '/people',
    '/health',
    '/settings',
    '/me',
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
async function findings(page: Page, where: string, colorScheme: 'light' | 'dark'): Promise<string[]> {
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).include(where);
  const { violations } = await (
    colorScheme === 'light' ? axe.withTags(RULES) : axe.withRules('color-contrast')
  ).analyze();
  return violations.flatMap(({ id, impact, nodes }) =>
    impact === 'serious' || impact === 'critical'
      ? nodes.map(
          ({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`,
        )
      : [],
  );
}

export async function everyPage(t: TestContext, scene: Scene): Promise<void> {
  const { page } = scene;
  const all = await addresses(scene);

  await t.test('axe finds nothing serious on any page, light and dark', async () => {
    const wrong: string[] = [];
    for (const address of all) {
      await page.emulateMedia({ colorScheme: 'light' });
      await settle(page, address);
      // What is around the page is the same on all of them.
      const where = address === '/' ? 'body' : 'main';
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        // Two frames: the colours of the other theme are drawn.
        await page.evaluate(
          'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
        );
        wrong.push(
          ...(await findings(page, where, colorScheme)).map(
            (finding) => `${address} ${colorScheme}: ${finding}`,
          ),
        );
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    assert.deepEqual(wrong, []);
  });

  await t.test('no page scrolls sideways at 400 pixels', async () => {
    await page.setViewportSize({ width: 400, height: 860 });
    const wide: string[] = [];
    for (const address of all) {
      await settle(page, address);
      const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (over !== 0) wide.push(`${address}: ${String(over)} pixels`);
    }
    assert.deepEqual(wide, []);
    await page.goto('/');
    await page.getByRole('button', { name: 'Open the navigation' }).click();
    await page.getByRole('link', { name: 'Health' }).click();
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
  });
}
