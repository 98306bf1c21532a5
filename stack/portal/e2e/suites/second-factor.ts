import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { totp } from '@middle/api/testing/totp.ts';
import { openPage } from '../browser.ts';
import { complaintsAbout } from '../inspect.ts';
import type { Scene } from '../scene.ts';

const PERSON = { email: 'sven@example.com', password: 'a password for sven' };

async function fillPassword(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(PERSON.email);
  await page.getByLabel('Password').fill(PERSON.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /account menu/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

export async function secondFactor(t: TestContext, { stack, browser }: Scene): Promise<void> {
  const { path } = await stack.client.createInvitation({
    body: { email: PERSON.email, role: 'developer', memberships: [] },
  });
  const { page, complaints } = await openPage(browser, stack.address);
  let secret = '';
  let recovery = '';

  await t.test('a second factor is switched on with a code', async () => {
    await page.goto(path);
    await page.getByLabel('Your name').fill('Sven Second');
    await page.getByLabel('Password').fill(PERSON.password);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.goto('/me');
    await page.getByRole('button', { name: 'Set up' }).click();
    const asking = page.getByRole('dialog', { name: 'Set up a second factor' });
    await asking.getByLabel('Your password').fill('not my password');
    await asking.getByRole('button', { name: 'Go on' }).click();
    await asking.getByRole('alert').waitFor();
    await asking.getByLabel('Your password').fill(PERSON.password);
    await asking.getByRole('button', { name: 'Go on' }).click();

    const scanning = page.getByRole('dialog', { name: 'Scan this with your authenticator' });
    secret = await scanning.locator('.enrol-secret').innerText();
    recovery = await scanning.locator('.recovery code').first().innerText();
    assert.deepEqual(await complaintsAbout(page, 'second factor'), []);
    const turnOn = scanning.getByRole('button', { name: 'Switch on' });
    await scanning.getByLabel('The code it shows').fill('12345');
    assert.equal(await turnOn.getAttribute('aria-disabled'), 'true', 'five digits are no code');
    await scanning.getByLabel('The code it shows').fill('000000');
    await turnOn.click();
    await scanning.getByRole('alert').waitFor();
    await scanning.getByLabel('The code it shows').fill(totp(secret));
    await turnOn.click();
    await page.getByText('The second factor is on').waitFor();
    await page.getByRole('button', { name: 'Switch off' }).waitFor();
    await signOut(page);
  });

  await t.test('signing in asks for a code, and takes no wrong one', async () => {
    await fillPassword(page);
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    assert.deepEqual(await complaintsAbout(page, 'one more step'), []);
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('That code is wrong or no longer valid').waitFor();
    await page.getByLabel('Code').fill(totp(secret));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await signOut(page);
  });

  await t.test('a recovery code signs in once', async () => {
    for (const works of [true, false]) {
      await fillPassword(page);
      await page.getByLabel('Code').fill(recovery);
      await page.getByRole('button', { name: 'Go on' }).click();
      if (!works) {
        await page.getByText('That code is wrong or no longer valid').waitFor();
        await page.getByLabel('Code').fill(totp(secret));
        await page.getByRole('button', { name: 'Go on' }).click();
      }
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      if (works) await signOut(page);
    }
  });

  await t.test('switched off, the password is enough again', async () => {
    await page.goto('/me');
    await page.getByRole('button', { name: 'Switch off' }).click();
    const dialog = page.getByRole('dialog', { name: 'Switch the second factor off?' });
    await dialog.getByLabel('Your password').fill(PERSON.password);
    await dialog.getByRole('button', { name: 'Switch off' }).click();
    await page.getByText('The second factor is off').waitFor();
    await signOut(page);
    await fillPassword(page);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}
