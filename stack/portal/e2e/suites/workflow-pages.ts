import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { complaintsAbout, settle } from '../inspect.ts';
import { until } from '../scene.ts';
import type { Scene } from '../scene.ts';
import { workflowNamed } from './builder-keys.ts';

/** The list of workflows, versions and settings. */
export async function workflowPages(t: TestContext, scene: Scene): Promise<void> {
  const { page, stack, accountKey } = scene;
  const { client } = stack;

  await t.test('workflows are renamed, switched, duplicated and deleted from their list', async () => {
    await settle(page, `/accounts/${accountKey}/workflows`);
    assert.deepEqual(await complaintsAbout(page, 'workflows'), []);
    await page.getByRole('button', { name: 'Actions on Pasted' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Renamed');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('switch', { name: 'Switch of Renamed' }).click();
    await page.getByText('Renamed is off').waitFor();
    await page.getByRole('button', { name: 'Actions on Renamed' }).click();
    await page.getByRole('menuitem', { name: 'Duplicate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Duplicate' }).click();
    await page.getByRole('heading', { name: /^Renamed copy/, level: 1 }).waitFor();
    const copy = await workflowNamed(scene, 'Renamed copy');
    assert.equal(copy.steps, 2);
    await settle(page, `/accounts/${accountKey}/workflows`);
    await page.getByRole('button', { name: 'Actions on Renamed copy' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('Renamed copy');
    await page.getByRole('button', { name: 'Delete workflow' }).click();
    await page.getByText('Renamed copy was deleted').waitFor();
    await page.getByRole('link', { name: 'Renamed copy' }).waitFor({ state: 'detached' });
  });

  await t.test('an account without workflows says what they are', async () => {
    const empty = await client.createAccount({ body: { key: 'empty', name: 'Empty' } });
    await settle(page, `/accounts/${empty.key}/workflows`);
    await page.getByRole('heading', { name: 'No workflows yet' }).waitFor();
    assert.deepEqual(await complaintsAbout(page, 'no workflows'), []);
  });

  await t.test('versions are compared step by step, and an older one is brought back', async () => {
    const workflow = await workflowNamed(scene, 'By keys');
    await page.goto(`/workflows/${workflow.id}`);
    await page.locator('[data-step="decision"]').click();
    await page
      .getByRole('complementary', { name: /^Decision/ })
      .getByLabel('Title')
      .fill('Is it there?');
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.getByText('Draft differs').waitFor();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish version 2?' });
    await dialog.getByText('Is it there?').first().waitFor();
    assert.deepEqual(await complaintsAbout(page, 'publish'), []);
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('Version 2 is in force').waitFor();
    await settle(page, `/workflows/${workflow.id}/versions`);
    await page.getByText('Ada Owner').first().waitFor();
    await page.getByRole('button', { name: 'What differs' }).first().click();
    const differences = page.getByRole('dialog', { name: 'What differs' });
    await differences.getByText('Was it posted?').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'comparison'), []);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Go back to it' }).last().click();
    await page.getByRole('button', { name: 'Publish it again' }).click();
    await page.getByText('Version 3 is in force, the same as 1').waitFor();
    const restored = await client.getWorkflowVersion({ params: { workflowId: workflow.id, version: 3 } });
    assert.equal(restored.definition.steps[1]?.title, 'Was it posted?');
  });

  await t.test('its settings hold at once', async () => {
    const workflow = await workflowNamed(scene, 'By keys');
    await settle(page, `/workflows/${workflow.id}/settings`);
    assert.deepEqual(await complaintsAbout(page, 'workflow settings'), []);
    await page.getByLabel('Executions at once').fill('3');
    await page.getByRole('button', { name: 'Save' }).nth(1).click();
    await until(
      'the limit',
      async () => (await client.getWorkflow({ params: { workflowId: workflow.id } })).atOnce === 3,
    );
  });
}
