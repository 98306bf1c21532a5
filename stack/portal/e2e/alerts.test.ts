import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMailServers, openReceiver } from '@middle/worker/testing/alert-receivers.ts';
import type { Mail } from '@middle/worker/testing/alert-receivers.ts';
import { complaintsAbout } from './inspect.ts';
import { openScene, until } from './scene.ts';

test('alerts in the portal', async (t) => {
  await using scene = await openScene();
  await using cleanup = new AsyncDisposableStack();
  const { page, stack } = scene;
  const { client } = stack;
  const mails: Mail[] = [];
  const smtp = await openMailServers(mails, cleanup);
  const hook = await openReceiver(cleanup);
  const account = await client.createAccount({ body: { key: 'alarmed', name: 'Alarmed' } });
  const workflow = await client.createWorkflow({
    params: { accountId: account.id },
    body: {
      name: 'Doomed <b>',
      draft: {
        steps: [{ kind: 'stop', key: 'end', title: 'End', outcome: 'failed', message: '"no such shop"' }],
      },
    },
  });
  await client.publishWorkflow({
    params: { workflowId: workflow.id },
    body: { revision: workflow.draftRevision },
  });

  await t.test('a channel is made, its secret shown once, and tested', async () => {
    await page.goto(`/accounts/${account.key}/alerts`);
    await page.getByText('Nothing is wrong').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'no alerts'), []);
    await page.getByRole('link', { name: 'Rules and channels' }).click();
    await page.getByText('Nobody is told yet').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'no channels'), []);
    await page.getByRole('button', { name: 'New channel' }).click();
    await page
      .getByRole('radio', { name: 'To a webhook' })
      .or(page.getByRole('button', { name: 'To a webhook' }))
      .first()
      .click();
    await page.getByLabel('Name', { exact: true }).fill('Chat');
    await page.getByLabel('Address', { exact: true }).fill(hook.url);
    assert.deepEqual(await complaintsAbout(page, 'new channel'), []);
    await page.getByRole('button', { name: 'Make the channel' }).click();
    const dialog = page.getByRole('dialog', { name: 'The secret of Chat' });
    assert.match(await dialog.locator('code').innerText(), /^ms_/);
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('button', { name: 'Send a test message by Chat' }).click();
    await page.getByText('is to be reached by https').waitFor();
    assert.equal(hook.got.length, 0);
  });

  await t.test('an owner allows its private address, and it is reached', async () => {
    await page.getByRole('button', { name: 'Change Chat' }).click();
    await page.getByLabel('It may reach private addresses, and by http').click();
    await page.getByText('Saved').first().waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Send a test message by Chat' }).click();
    await page.getByText('The test message of Chat was taken').waitFor();
    assert.equal(hook.got.length, 1);
    assert.deepEqual(await complaintsAbout(page, 'channels'), []);
  });

  await t.test(
    'a failing workflow appears, is told, acknowledged, and counted in the navigation',
    async () => {
      await client.startWorkflow({ params: { workflowId: workflow.id }, body: {} });
      await until('the alert is told', () => Promise.resolve(hook.got.length === 2));
      assert.match(hook.got[1]?.body.alerts[0]?.title ?? '', /Doomed <b>/);
      await page.goto(`/accounts/${account.key}/alerts`);
      await page.getByRole('link', { name: 'Workflow “Doomed <b>” fails' }).waitFor();
      await page.getByRole('link', { name: /^Alerts\s*1$/ }).waitFor();
      assert.deepEqual(await complaintsAbout(page, 'alerts'), []);
      await page.getByRole('button', { name: 'Acknowledge' }).click();
      await page.getByText('looks after it').waitFor();
      await page.getByRole('button', { name: 'Snooze' }).click();
      await page.getByRole('menuitem', { name: 'For a day' }).click();
      await page.getByText('Quiet until').waitFor();
      await page.getByRole('link', { name: 'Workflow “Doomed <b>” fails' }).click();
      await page.getByText('no such shop').first().waitFor();
    },
  );

  await t.test('the messages of a channel are shown', async () => {
    await page.goto(`/accounts/${account.key}/alerts/settings`);
    await page.getByRole('button', { name: 'Messages of Chat' }).click();
    await page.getByRole('dialog').getByText('Alarmed: Workflow “Doomed <b>” fails').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'messages'), []);
    await page.getByRole('button', { name: 'Close' }).last().click();
  });

  await t.test('a rule is changed', async () => {
    await page.getByLabel('A workflow fails: failed executions').fill('7');
    await page.getByRole('button', { name: 'Save' }).click();
    await until('the rule is kept', async () => {
      const { items } = await client.listAlertRules({ params: { accountId: account.id } });
      return items[0]?.thresholds['failures'] === 7;
    });
    assert.deepEqual(await complaintsAbout(page, 'rules'), []);
  });

  await t.test('the mail server is set up; a test tells the true error, then goes', async () => {
    await page.goto('/alerts/settings');
    await page.getByRole('textbox', { name: 'Host' }).fill('127.0.0.1');
    await page.getByRole('textbox', { name: 'Port' }).fill(String(smtp.plain));
    await page.getByLabel('Encryption').selectOption('none');
    await page.getByRole('textbox', { name: 'From' }).fill('middle@example.com');
    await page.getByRole('textbox', { name: 'User' }).fill('middle');
    await page.getByLabel('Password').fill('wrong');
    const panel = page.getByRole('button', { name: 'Save', exact: true }).last();
    await panel.click();
    await page.getByLabel('Send a test message to').fill('ops@example.com');
    await page.getByRole('button', { name: 'Send a test message', exact: true }).click();
    await page.getByText('Check the user and the password').waitFor();
    await page.getByLabel('Password').fill('right-password');
    await panel.click();
    await page.getByText('Saved').first().waitFor();
    await page.getByLabel('Send a test message to').fill('ops@example.com');
    await page.getByRole('button', { name: 'Send a test message', exact: true }).click();
    await page.getByText('The mail server took it').waitFor();
    assert.deepEqual(mails[0]?.to, ['ops@example.com']);
    assert.deepEqual(await complaintsAbout(page, 'alert settings of the stack'), []);
  });
});
