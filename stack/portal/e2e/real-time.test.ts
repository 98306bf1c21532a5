import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectWebhooks, signed } from '@middle/api/testing/webhooks.ts';
import { complaintsAbout } from './inspect.ts';
import { openScene, until } from './scene.ts';

test('callers and webhooks in the portal', async (t) => {
  await using scene = await openScene();
  const { page, stack } = scene;
  const { client } = stack;
  const { connection, addresses, account } = await connectWebhooks(client, 'shops');
  const workflow = await client.createWorkflow({
    params: { accountId: account.id },
    body: {
      name: 'Greet',
      draft: {
        inputs: [{ key: 'name', title: 'Name', type: { kind: 'text' } }],
        steps: [{ kind: 'stop', key: 'end', title: 'End' }],
        output: [{ key: 'text', title: 'Text', value: '"Hello " + inputs.name' }],
      },
    },
  });
  await client.publishWorkflow({
    params: { workflowId: workflow.id },
    body: { revision: workflow.draftRevision },
  });
  let secret = '';
  const greet = (key: string) =>
    fetch(`${stack.address}/run/${account.key}/greet`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada' }),
    });

  await t.test('a workflow is exposed in its settings', async () => {
    await page.goto(`/workflows/${workflow.id}/settings`);
    await page.getByLabel('Name in the address').fill('greet');
    await page.getByRole('button', { name: 'Expose' }).click();
    await page.getByText(`${stack.address}/run/${account.key}/greet`).first().waitFor();
    assert.deepEqual(await complaintsAbout(page, 'endpoint'), []);
  });

  await t.test('a key is made, its secret shown once, and it opens the endpoint', async () => {
    await page.goto(`/accounts/${account.key}/api-keys`);
    await page.getByRole('link', { name: 'Greet' }).waitFor();
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Web shop');
    await page.getByRole('button', { name: 'Make the key' }).click();
    const dialog = page.getByRole('dialog', { name: 'The secret of Web shop' });
    secret = await dialog.locator('code').innerText();
    assert.deepEqual(await complaintsAbout(page, 'secret'), []);
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    const answer = await greet(secret);
    assert.deepEqual([answer.status, await answer.json()], [200, { text: 'Hello Ada' }]);
    assert.deepEqual(await complaintsAbout(page, 'keys'), []);
    assert(!(await page.content()).includes(secret));
  });

  await t.test('it is rotated and revoked', async () => {
    await page.getByRole('button', { name: 'Rotate Web shop' }).click();
    await page.getByLabel('The secret before works for').selectOption('not a moment longer');
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'The secret of Web shop' });
    const next = await dialog.locator('code').innerText();
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    assert.equal((await greet(secret)).status, 401);
    assert.equal((await greet(next)).status, 200);
    await page.getByRole('button', { name: 'Revoke Web shop' }).click();
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('Revoked', { exact: true }).waitFor();
    assert.equal((await greet(next)).status, 401);
  });

  await t.test('the endpoints are described for programmers', async () => {
    await page.goto(`/api/docs/accounts/${account.key}`);
    await page.getByText('Greet').first().waitFor();
  });

  await t.test('what a webhook received is listed with what became of it', async () => {
    const path = addresses.get('orders') ?? '';
    const good = signed({ orders: [{ id: '1', total: 5, note: 'n' }] });
    await fetch(stack.address + path, good);
    await fetch(stack.address + path, { ...good, headers: { ...good.headers, 'x-signature': 'ab' } });
    const params = { connectionId: connection.id };
    await until('both requests', async () => {
      const { items } = await client.listWebhookRequests({ params });
      return items.length === 2 && items.every(({ settledAt }) => settledAt !== null);
    });
    await page.goto(`/connections/${connection.id}`);
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByText(stack.address + path).waitFor();
    const rows = page.getByRole('table', { name: 'Received requests' }).locator('tbody tr');
    await rows.filter({ hasText: '1 new' }).waitFor();
    assert.deepEqual(await complaintsAbout(page, 'webhooks'), []);
    await rows.filter({ hasText: 'Refused' }).getByText('the signature is wrong').click();
    const dialog = page.getByRole('dialog', { name: 'Received request' });
    await dialog.getByLabel('Content of the request').getByText('x-signature: [protected]').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'request'), []);
    await page.keyboard.press('Escape');
    await rows.filter({ hasText: 'Refused' }).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Process again' }).click();
    await page.getByText('1 request put back').waitFor();
  });

  await t.test('its addresses are changed after a question', async () => {
    const before = addresses.get('orders') ?? '';
    await page.getByRole('button', { name: 'Change addresses' }).click();
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByText('The addresses were changed').waitFor();
    await page.getByText(/The addresses before these work until/).waitFor();
    assert.equal(await page.getByText(stack.address + before).count(), 0);
  });

  assert.deepEqual(scene.complaints, []);
});
