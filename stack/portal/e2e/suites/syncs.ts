import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Scene } from '../scene.ts';

export async function syncs(t: TestContext, scene: Scene): Promise<void> {
  const { page } = scene;

  await t.test('a run started by hand is watched until it ends', async () => {
    await page.goto(`/connections/${scene.connectionId}`);
    await page.getByRole('button', { name: 'Run now: Complete transfer of Airport' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).click();
    await page.waitForURL(/\/runs\//);
    await page.getByRole('heading', { name: 'Complete transfer of Airport' }).waitFor();
    await page.getByText('Succeeded', { exact: true }).first().waitFor();
    const records = await page.locator('.stat', { hasText: 'Records' }).first().innerText();
    assert.match(records, /7,1\d\d/);
    await page.locator('.log-line').first().waitFor();
    await page.getByText('1. Ok').waitFor();
  });

  await t.test('history is filtered, and the address keeps the filter', async () => {
    await page.goto(`/accounts/${scene.accountKey}/runs`);
    await page.getByLabel('Cause', { exact: true }).selectOption('person');
    await page.waitForURL(/cause=person/);
    await page.getByRole('table', { name: 'Sync runs' }).waitFor();
    const causes = await page.locator('tbody tr td:nth-child(4)').allInnerTexts();
    assert.ok(causes.length > 0 && causes.every((cause) => cause.startsWith('By hand')), causes.join(', '));
    await page.reload();
    assert.equal(await page.getByLabel('Cause', { exact: true }).inputValue(), 'person');
  });

  await t.test('a switch turns at once and is kept', async () => {
    await page.goto(`/connections/${scene.connectionId}`);
    const name = 'Primary-id lookup of Airport';
    const lookup = page.getByRole('switch', { name });
    assert.equal(await lookup.getAttribute('aria-checked'), 'true');
    const answered = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await lookup.click();
    await page.locator(`[role=switch][aria-checked=false][aria-label="${name}"]`).waitFor();
    assert.equal((await answered).status(), 200);
    await page.reload();
    await page.locator(`[role=switch][aria-checked=false][aria-label="${name}"]`).waitFor();
    await page.getByRole('switch', { name }).click();
    await page.locator(`[role=switch][aria-checked=true][aria-label="${name}"]`).waitFor();
  });
}
