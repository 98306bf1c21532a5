import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { openPage } from '../browser.ts';
import type { Scene } from '../scene.ts';

export async function people(t: TestContext, scene: Scene): Promise<void> {
  const { stack, browser, connectionId } = scene;

  await t.test('a read-only person sees why a control is off', async () => {
    const account = await stack.client.getAccount({ params: { accountId: scene.accountKey } });
    const { path } = await stack.client.createInvitation({
      body: {
        email: 'reader@example.com',
        role: 'member',
        memberships: [{ accountId: account.id, role: 'read_only' }],
      },
    });
    const { page, complaints } = await openPage(browser, stack.address);
    await page.goto(path);
    await page.getByText('reader@example.com').waitFor();
    await page.getByLabel('Your name').fill('Rita Reader');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Audit trail' }).count(), 0);

    await page.goto(`/connections/${connectionId}`);
    const run = page.getByRole('button', { name: 'Run now: Complete transfer of Airport' });
    assert.equal(await run.getAttribute('aria-disabled'), 'true');
    await run.focus();
    await page.getByRole('tooltip').getByText('Your access to this account is read-only').waitFor();
    const sync = page.getByRole('switch', { name: 'Complete transfer of Airport' });
    assert.equal(await sync.getAttribute('aria-disabled'), 'true');
    await sync.click({ force: true });
    assert.equal(await sync.getAttribute('aria-checked'), 'true');

    await page.goto('/people');
    await page.getByText('Only owners of this stack can do this.').first().waitFor();
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  await t.test('signing out and in again with a password', async () => {
    const { page } = await openPage(browser, stack.address);
    await page.goto(`/connections/${connectionId}`);
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill('wrong, wrong, wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('sign_in_failed').waitFor();
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Atlas', level: 1 }).waitFor();
    await page.getByRole('button', { name: /account menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });
}
