import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Scene } from '../scene.ts';

/** From the overview to a record without touching the mouse. */
export async function keyboard(t: TestContext, scene: Scene): Promise<void> {
  const { page } = scene;
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  await t.test('pages, rows and records are reached by keys alone', async () => {
    await page.goto('/');
    await page.getByRole('table', { name: 'Accounts' }).waitFor();
    await press('g', 'c');
    await page.getByRole('heading', { name: 'Demo', level: 1 }).waitFor();
    await page.locator('tr.openable').first().waitFor();
    await press('j', 'Enter');
    await page.getByRole('heading', { name: 'Atlas', level: 1 }).waitFor();
    await press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await press('Control+k');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type('airport');
    await page.getByRole('option', { name: /^Airport/ }).waitFor();
    await press('Enter');
    await page.waitForURL(/\/records\/airport$/);
    await page.locator('tbody tr[data-index="3"]').waitFor();
    await press('/');
    await page.keyboard.type('keflavik');
    await page.waitForURL(/text=keflavik/);
    await page.getByText('1 record', { exact: true }).waitFor();
    await press('Tab', 'Escape');
    await page.locator('tr.openable').first().focus();
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: /Keflav/ }).waitFor();
  });

  await t.test('the focus is always to be seen', async () => {
    await page.goto('/');
    await page.getByRole('table', { name: 'Accounts' }).waitFor();
    await press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content');
    for (let step = 0; step < 12; step += 1) {
      await press('Tab');
      const outline = await page.evaluate(
        "(() => { const at = document.activeElement; const style = getComputedStyle(at); return style.outlineStyle !== 'none' || at.matches('tr'); })()",
      );
      assert.equal(outline, true, `step ${String(step)}`);
    }
  });
}
