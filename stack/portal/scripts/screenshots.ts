import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { openBrowser } from '../e2e/browser.ts';
import { startStack } from '../e2e/running-stack.ts';
import { until } from '../e2e/scene.ts';

/** The pictures of the README, made anew from a stack with the sample: docs/images/portal-*.png */
const FOLDER = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const SIZE = { width: 1360, height: 850 };

await using stack = await startStack();
const browser = await openBrowser();
const context = await browser.newContext({
  baseURL: stack.address,
  viewport: SIZE,
  deviceScaleFactor: 2,
  reducedMotion: 'reduce',
});
const page = await context.newPage();
page.setDefaultTimeout(90_000);

await page.goto(stack.signInLink);
await page.getByLabel('Your name').fill('Ada Lovelace');
await page.getByLabel('E-mail address').fill('ada@example.com');
await page.getByLabel('Password').fill('correct horse battery');
await page.getByRole('button', { name: 'Open my stack' }).click();
await page.getByRole('heading', { name: 'Overview' }).waitFor();

const { items } = await stack.client.listConnections();
const connectionId = items[0]?.id ?? '';
const runsOf = (state: 'open' | 'ended') =>
  stack.client.listSyncRuns({
    query: { state: state === 'open' ? ['queued', 'running', 'storing'] : ['succeeded'], limit: 50 },
  });
await until('the first transfers', async () => {
  const [open, ended] = await Promise.all([runsOf('open'), runsOf('ended')]);
  return open.items.length === 0 && ended.items.length >= 4;
});

const { items: sets } = await stack.client.listRecordSets({ params: { connectionId } });
const citySync = sets
  .find(({ recordType }) => recordType.key === 'city')
  ?.syncs.find(({ kind }) => kind === 'complete');
const run = await stack.client.runSync({ params: { syncId: citySync?.id ?? '' }, body: {} });
await page.goto(`/connections/${connectionId}`);
await until('a run half way', async () => {
  const { progress } = await stack.client.getSyncRun({ params: { runId: run.id } });
  return (progress?.done ?? 0) > 30_000;
});
await shoot('connection', 'light', 'dark');
await page.goto(`/runs/${run.id}`);
await page.locator('.log-line').nth(8).waitFor();
await shoot('run', 'light');
await until('the end of the run', async () => {
  const { state } = await stack.client.getSyncRun({ params: { runId: run.id } });
  return state === 'succeeded';
});

await page.goto('/');
await page.locator('.card-count').nth(2).waitFor();
await shoot('overview', 'light');
await page.goto(`/connections/${connectionId}/records/city?text=san&sort=population:desc`);
await page.locator('tbody tr[data-index="12"]').waitFor();
await page.locator('main h1').click();
await shoot('records', 'dark');
const { items: changed } = await stack.client.listRecords({
  params: { connectionId, recordType: 'city' },
  query: { sort: 'modifiedAt:desc', limit: 50 },
});
const record = changed.find(({ version }) => version > 1) ?? changed[0];
await page.goto(`/connections/${connectionId}/records/city/${record?.id ?? ''}`);
await page.locator('.timeline li').first().waitFor();
await shoot('record', 'light');

const { items: workflows } = await stack.client.listWorkflows({
  params: { accountId: items[0]?.account.id ?? '' },
});
await page.goto(`/workflows/${workflows[0]?.id ?? ''}`);
await page.getByText('No problems', { exact: true }).waitFor();
await page.getByRole('button', { name: 'Try it' }).click();
await page.getByRole('combobox', { name: 'City' }).fill('reykjavik');
await page
  .getByRole('option', { name: /Reykjav/ })
  .first()
  .click();
await page.getByRole('button', { name: 'Try', exact: true }).click();
await page.locator('.step-tried.ok').nth(2).waitFor();
await page.locator('[data-step]').first().click();
await page.getByText(/^= true with /).waitFor();
await shoot('builder', 'light', 'dark');

const accountId = items[0]?.account.id ?? '';
const told = await until('some executions', async () => {
  const { items: ended } = await stack.client.listExecutions({
    params: { accountId },
    query: { state: ['succeeded'], limit: 50 },
  });
  // The other branch ends at once, with nothing to look at.
  return ended.length >= 12 && ended.find(({ steps }) => steps === 3);
});
await page.goto(`/executions/${told.id}`);
await page.getByRole('button', { name: /Post a notice/ }).click();
await page.getByText('Output', { exact: true }).first().waitFor();
await shoot('execution', 'light', 'dark');
await page.goto(`/accounts/${items[0]?.account.key ?? ''}/dashboard?hours=1`);
await page.getByRole('heading', { name: 'Executions by outcome' }).waitFor();
await shoot('dashboard', 'light', 'dark');
await browser.close();

async function shoot(name: string, ...schemes: readonly ('light' | 'dark')[]): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    const suffix = colorScheme === 'dark' ? '-dark' : '';
    await page.screenshot({ path: `${FOLDER}portal-${name}${suffix}.png` });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function settled(shown: Page): Promise<void> {
  await shown.evaluate('document.fonts.ready');
  await shown.waitForTimeout(400);
}
