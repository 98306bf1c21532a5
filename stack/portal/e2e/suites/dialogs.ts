import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { complaintsAbout } from '../inspect.ts';
import type { Scene } from '../scene.ts';

export async function dialogs(t: TestContext, { page, stack }: Scene): Promise<void> {
  await t.test('an account is made in a dialog, which says what is wrong first', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'New account' }).click();
    const dialog = page.getByRole('dialog', { name: 'New account' });
    const create = dialog.getByRole('button', { name: 'Create account' });
    assert.equal(await create.getAttribute('aria-disabled'), 'true', 'it has no name yet');
    await dialog.getByLabel('Name').fill('Demo');
    await create.click();
    await dialog.getByRole('alert').getByText('conflict', { exact: true }).waitFor();
    assert.deepEqual(await complaintsAbout(page, 'new account'), []);
    await dialog.getByLabel('Name').fill('Zürich & Sons');
    assert.equal(await dialog.getByLabel('Key').inputValue(), 'zu-rich-sons');
    await dialog.getByLabel('Key').fill('');
    await dialog.getByLabel('Key').pressSequentially('1 zurich-sons');
    assert.equal(await dialog.getByLabel('Key').inputValue(), 'zurich-sons');
    await dialog.getByLabel('Key').press('Enter');
    await page.waitForURL(/\/accounts\/zurich-sons$/);
    await page.getByRole('heading', { name: 'Zürich & Sons', level: 1 }).waitFor();
  });

  await t.test('a connection is made in a dialog, with the form of the app', async () => {
    await page.getByRole('button', { name: 'New connection' }).first().click();
    await page.getByRole('dialog', { name: 'New connection' }).getByRole('button', { name: /Atlas/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect Atlas' });
    const connect = dialog.getByRole('button', { name: 'Connect', exact: true });
    await dialog.getByLabel('Client id').waitFor();
    assert.equal(await connect.getAttribute('aria-disabled'), 'true');
    await connect.hover();
    await page.getByRole('tooltip').getByText('Fill in Client id first').waitFor();
    await dialog.getByLabel('Client id').fill('zurich');
    await dialog.getByLabel('Client secret').fill('nobody knows');
    await dialog.getByLabel('Name').fill('');
    await connect.click();
    await dialog.getByRole('alert').getByText('request_invalid').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'new connection'), []);
    await dialog.getByLabel('Name').fill('Atlas of Zürich');
    await dialog.getByLabel('Start its scheduled syncs at once').uncheck();
    await connect.click();
    await page.waitForURL(/\/connections\/[-0-9a-f]{36}$/);
    await page.getByRole('heading', { name: 'Atlas of Zürich', level: 1 }).waitFor();
    const { items } = await stack.client.listConnections();
    const made = items.find(({ name }) => name === 'Atlas of Zürich');
    assert.equal(made?.account.key, 'zurich-sons');
    assert.ok(!JSON.stringify(made).includes('nobody knows'), 'a secret never comes back');
  });
}
