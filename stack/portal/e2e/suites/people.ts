import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { openPage } from '../browser.ts';
import { complaintsAbout } from '../inspect.ts';
import type { Scene } from '../scene.ts';

export async function people(t: TestContext, scene: Scene): Promise<void> {
  const { stack, browser, connectionId } = scene;

  await t.test('an owner invites a person, who chooses a password and is in', async () => {
    const { page } = scene;
    await page.goto('/people');
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite a person' });
    const make = dialog.getByRole('button', { name: 'Make the link' });
    assert.equal(await make.getAttribute('aria-disabled'), 'true', 'nobody to invite yet');
    await dialog.getByLabel('E-mail address').fill('@nobody');
    await make.click();
    await dialog.getByRole('alert').getByText('request_invalid').waitFor();
    await dialog.getByLabel('E-mail address').fill('Nina@Example.com');
    await dialog.getByLabel('Access to Demo').selectOption('full');
    await make.click();
    const ready = page.getByRole('dialog', { name: 'The invitation is ready' });
    const link = await ready.locator('code').innerText();
    await ready.getByRole('button', { name: 'Done' }).click();
    await page.getByText('nina@example.com').waitFor();

    const { page: hers, complaints } = await openPage(browser, stack.address);
    await hers.goto(link);
    await hers.getByText('nina@example.com').waitFor();
    assert.ok(!hers.url().includes('token'), 'the secret of the link has left the address bar');
    await hers.reload();
    await hers.getByText('nina@example.com').waitFor();
    await hers.getByLabel('Password').fill('short');
    await hers.getByRole('button', { name: 'Join' }).click();
    await hers.getByText('Enter your name.').waitFor();
    await hers.getByText('It needs 5 more to have 10 characters.').waitFor();
    await hers.locator('input:focus[aria-invalid="true"]').waitFor();
    assert.deepEqual(await complaintsAbout(hers, 'invitation refused'), []);
    await hers.getByLabel('Your name').fill('Nina New');
    await hers.getByLabel('Password').fill('a long enough password');
    await hers.getByRole('button', { name: 'Join' }).click();
    await hers.getByRole('heading', { name: 'Overview' }).waitFor();
    await hers.getByRole('link', { name: 'Demo' }).first().waitFor();
    assert.equal(await hers.getByRole('link', { name: 'Audit trail' }).count(), 0);

    await hers.goto(link);
    await hers.getByRole('alert').getByText('link_invalid').waitFor();
    assert.deepEqual(complaints, []);
    await hers.context().close();

    await page.reload();
    await page.getByRole('table', { name: 'People' }).getByText('Nina New').waitFor();
  });

  await t.test('signing out and in again with a password', async () => {
    const { page } = await openPage(browser, stack.address);
    await page.goto(`/connections/${connectionId}`);
    await page.getByLabel('E-mail address').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'sign-in'), []);
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill('wrong, wrong, wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('sign_in_failed').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'sign-in refused'), []);
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Atlas', level: 1 }).waitFor();
    await page.getByRole('button', { name: /account menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });

  await t.test('a link to sign in that was used says so, and what to do', async () => {
    const { page } = await openPage(browser, stack.address);
    await page.goto(stack.signInLink);
    await page.getByRole('heading', { name: 'This link did not work' }).waitFor();
    assert.deepEqual(await complaintsAbout(page, 'used link'), []);
    await page.getByRole('button', { name: 'Sign in with a password' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });
}
