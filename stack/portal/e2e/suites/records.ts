import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { runToEnd, until } from '../scene.ts';
import type { Scene } from '../scene.ts';

export async function records(t: TestContext, scene: Scene): Promise<void> {
  const { page, connectionId } = scene;
  const { client } = scene.stack;

  await t.test('a record is found by a word, across the account', async () => {
    await page.goto(`/accounts/${scene.accountKey}/search`);
    await page.getByRole('searchbox', { name: 'Search records' }).fill('brussels airp');
    await page
      .getByRole('link', { name: /Brussels Airport/ })
      .first()
      .click();
    await page.waitForURL(/\/records\/airport\//);
    await page.getByRole('heading', { name: 'Brussels Airport', level: 1 }).waitFor();
    await page.getByRole('rowheader', { name: /IATA/ }).waitFor();
  });

  await t.test('a foreign key leads to the record it names, and back', async () => {
    await page.locator('.attributes').getByRole('link', { name: 'BE' }).click();
    await page.waitForURL(/\/records\/country\/BE/);
    await page.getByRole('heading', { name: 'Belgium', level: 1 }).waitFor();
    await page
      .getByRole('group', { name: 'Related records' })
      .getByRole('button', { name: /Airport/ })
      .click();
    await page
      .getByRole('link', { name: /\bEB[A-Z]{2}\b/ })
      .first()
      .waitFor();
  });

  await t.test('records are searched, filtered and sorted, and the address keeps it', async () => {
    await page.goto(`/connections/${connectionId}/records/airport`);
    await page.getByRole('button', { name: 'Filter' }).click();
    const dialog = page.getByRole('dialog', { name: 'Filter' });
    await dialog.getByLabel('Attribute').selectOption('countryId');
    await dialog.getByLabel('Value').fill('IS');
    await dialog.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('button', { name: 'Remove the filter: Country is IS' }).waitFor();
    const expected = await client.listRecords({
      params: { connectionId, recordType: 'airport' },
      query: { filter: ['countryId:is:IS'] },
    });
    assert.ok(expected.total.count > 5);
    await page.getByText(`${String(expected.total.count)} records`).waitFor();
    await page.getByRole('button', { name: 'Name', exact: true }).click();
    await page.locator('th[aria-sort=ascending]').waitFor();
    await page.reload();
    await page.locator('th[aria-sort=ascending]').waitFor();
    await page.getByRole('button', { name: 'Remove the filter: Country is IS' }).click();
    await page.getByText(/^7,1\d\d records/).waitFor();
  });

  await t.test('a long table draws few rows and loads more at its end', async () => {
    await page.goto(`/connections/${connectionId}/records/city`);
    await page.locator('tbody tr[data-index="5"]').waitFor();
    const table = page.locator('.table.tall');
    await until('row 280', async () => {
      await table.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
      const last = await page.locator('tbody tr[data-index]').last().getAttribute('data-index');
      return Number(last) >= 280;
    });
    assert.ok((await page.locator('tbody tr[data-index]').count()) < 80, 'only rows in sight are drawn');
  });

  await t.test('versions show what changed, and the record as it was', async () => {
    const changed = await until('a city that the source changed', async () => {
      await runToEnd(scene, 'city', 'recent');
      const { items } = await client.listRecords({
        params: { connectionId, recordType: 'city' },
        query: { sort: 'modifiedAt:desc', limit: 50 },
      });
      return items.find((city) => city.version > 1);
    });
    await page.goto(`/connections/${connectionId}/records/city/${changed.id}`);
    await page.getByRole('button', { name: `Differences of version ${String(changed.version)}` }).click();
    const differences = page.getByRole('table', { name: /Differences between/ });
    // Its number of people may be the same: a change is up to 5% of it.
    await differences.getByRole('rowheader', { name: 'Modified' }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Look', exact: true }).last().click();
    await page.getByText('As it was at').waitFor();
    await page.waitForURL(/at=/);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByText('As it was at').waitFor({ state: 'detached' });
  });
}
