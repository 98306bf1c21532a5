import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { openPage } from '../browser.ts';
import { settle } from '../inspect.ts';
import type { Scene } from '../scene.ts';

/** What does something when it is pressed, and does not say that it is off. */
const PRESSABLE = 'main :is(button, [role=switch]):not([aria-disabled=true], :disabled, [aria-haspopup])';

/** Presses everything on a page that can be pressed; of a dialog, the button that does it. */
async function pressAll(page: Page, address: string): Promise<void> {
  await settle(page, address);
  const at = page.url();
  const count = await page.locator(PRESSABLE).count();
  for (let index = 0; index < count; index += 1) {
    const button = page.locator(PRESSABLE).nth(index);
    // A tab or a filter before it may have taken it away.
    if ((await button.count()) === 0) return;
    await button.dispatchEvent('click');
    const dialog = page.locator('dialog[open]');
    if ((await dialog.count()) > 0) {
      const act = dialog.locator('footer .button').last();
      if ((await act.count()) > 0) await act.dispatchEvent('click');
      await settle(page, address);
    } else if (page.url() !== at) await settle(page, address);
  }
}

export async function readOnly(t: TestContext, scene: Scene): Promise<void> {
  const { stack, browser, connectionId, accountKey } = scene;
  const { id: accountId } = await stack.client.getAccount({ params: { accountId: accountKey } });
  const { path } = await stack.client.createInvitation({
    body: {
      email: 'reader@example.com',
      role: 'member',
      memberships: [{ accountId, role: 'read_only' }],
    },
  });
  const { page, complaints } = await openPage(browser, stack.address);

  await t.test('a read-only person sees why a control is off', async () => {
    await page.goto(path);
    await page.getByText('reader@example.com').waitFor();
    await page.getByLabel('Your name').fill('Rita Reader');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();

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
  });

  await t.test(
    'no button that a read-only person can press would fail, and no page asks in vain',
    async () => {
      const { items } = await stack.client.listSyncRuns({ query: { connectionId, limit: 1 } });
      const account = `/accounts/${accountKey}`;
      const connection = `/connections/${connectionId}`;
      const asked: string[] = [];
      await page.context().grantPermissions(['clipboard-write']);
      page.on('request', (request) => {
        if (request.method() !== 'GET') asked.push(`${page.url()} asks ${request.method()} ${request.url()}`);
      });
      page.on('response', (response) => {
        if (response.status() === 403) asked.push(`${page.url()} is refused ${response.url()}`);
      });
      for (const address of [
        '/',
        account,
        `${account}/search?text=paris`,
        `${account}/runs`,
        `${account}/quarantine`,
        `${account}/settings`,
        connection,
        `${connection}/quarantine`,
        `${connection}/lookups`,
        `${connection}/settings`,
        `${connection}/records/country`,
        `/runs/${items[0]?.id ?? ''}`,
        '/apps',
        '/apps/atlas',
        '/apps/atlas/versions/1.1.0',
        '/queues',
        '/queues/atlas/dead-letters',
        '/balance',
        '/audit',
        '/people',
        '/health',
        '/settings',
      ])
        await pressAll(page, address);
      assert.deepEqual(asked, []);
      assert.deepEqual(complaints, []);
      await page.context().close();
    },
  );
}
