import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export type Scheme = 'light' | 'dark';

/** What axe finds serious on a page or in a part of it. Only colours differ in the dark. */
export async function violationsOf(
  page: Page,
  name: string,
  scheme: Scheme,
  part = 'body',
): Promise<string[]> {
  await page.emulateMedia({ colorScheme: scheme });
  // The legacy mode judges in the page itself, which has no frames, instead of opening another one each time.
  const axe = new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .include(part);
  const { violations } = await (
    scheme === 'light' ? axe.withTags(RULES) : axe.withRules('color-contrast')
  ).analyze();
  return violations.flatMap(({ id, impact, nodes }) =>
    impact === 'serious' || impact === 'critical'
      ? nodes.map(({ html, failureSummary = '' }) => `${name} ${scheme} ${id}: ${html} ${failureSummary}`)
      : [],
  );
}

/** Nothing on the page is still loading. */
export async function settle(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('main h1').first().waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
}

const NARROW = { width: 400, height: 860 };

/** How far a page goes beyond a screen of 400 pixels; leaves the page at that width. */
export async function overflowOf(page: Page, name: string): Promise<string[]> {
  await page.setViewportSize(NARROW);
  const over: number = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  return over === 0 ? [] : [`${name}: ${String(over)} pixels too wide`];
}

/** All of it for what a person sees right now; afterwards the page is as it was. */
export async function complaintsAbout(page: Page, name: string): Promise<string[]> {
  const size = page.viewportSize() ?? NARROW;
  const found = [
    ...(await violationsOf(page, name, 'light')),
    ...(await violationsOf(page, name, 'dark')),
    ...(await overflowOf(page, name)),
  ];
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}
