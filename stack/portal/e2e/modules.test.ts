import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { complaintsAbout } from './inspect.ts';
import { openScene, until } from './scene.ts';
import type { Scene } from './scene.ts';

const slot = { key: 'atlas', title: 'Atlas', app: 'atlas' };
const limit = { key: 'limit', title: 'Limit', type: { kind: 'number' as const }, initial: '1' };
const set = (value: string) => ({ kind: 'set', key: 'set', title: 'Set', variable: 'limit', value });

/** Two workflows of the sample's account: one listens to airports, the other one stands alone. */
async function template({ stack: { client }, accountKey, connectionId }: Scene) {
  const params = { accountId: accountKey };
  const made = async (name: string, more: object, bindings = {}) => {
    const draft = { variables: [limit], ...more };
    const { id, draftRevision } = await client.createWorkflow({ params, body: { name, draft, bindings } });
    await client.publishWorkflow({ params: { workflowId: id }, body: { revision: draftRevision } });
    return id;
  };
  const steps = [set('variables.limit + 1')];
  const watch = await made('Watch airports', { steps, connections: [slot] }, { atlas: connectionId });
  const definition = {
    kind: 'record' as const,
    name: 'On an airport',
    connectionId,
    recordType: 'airport',
    events: ['created' as const],
    discard: 'false',
  };
  await client.createTrigger({ params: { workflowId: watch }, body: { definition } });
  await made('Report', { steps: [set('0')] });
  return watch;
}

const toast = (page: Page, text: string) => page.getByText(text).first().waitFor();

test('modules in the portal', async (t) => {
  await using scene = await openScene();
  const { page, stack } = scene;
  const { client } = stack;
  const watch = await template(scene);
  const north = await client.createAccount({ body: { key: 'north', name: 'North' } });

  await t.test('an owner makes a module of an account’s workflows', async () => {
    await page.goto('/modules');
    await page.getByText('No modules yet').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'no modules'), []);
    await page.getByRole('button', { name: 'New module' }).first().click();
    await page.getByLabel('Account', { exact: true }).selectOption({ label: 'Demo' });
    await page.getByLabel('Title', { exact: true }).fill('Airport care');
    await page.getByLabel('Title of the feature').fill('Watching');
    await page.getByLabel('Watch airports').check();
    await page.getByRole('button', { name: 'Add a feature' }).click();
    const second = page.getByRole('group', { name: 'Feature 2' });
    await second.getByLabel('Title of the feature').fill('Reporting');
    await second.getByLabel('Report', { exact: true }).check();
    await page.getByLabel('Each account gives “Limit”').check();
    await page.getByLabel('Title of limit').fill('How many');
    assert.deepEqual(await complaintsAbout(page, 'new module'), []);
    await page.getByRole('button', { name: 'Publish' }).click();
    await toast(page, 'Version 1 is published');
    await page.getByRole('heading', { name: 'Airport care' }).waitFor();
    await page.getByText('No account uses it yet').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'a module'), []);
  });

  await t.test('an account is told what it lacks, then opts in to a feature', async () => {
    await page.goto(`/accounts/${north.key}/modules`);
    await page.getByRole('link', { name: 'Airport care' }).click();
    await page.getByLabel('Watching').check();
    await page.getByText('This account has no connection of the app atlas').waitFor();
    await page.getByLabel('Watching').uncheck();
    await page.getByLabel('Reporting').check();
    await page.getByLabel('How many').fill('7');
    assert.deepEqual(await complaintsAbout(page, 'opting in'), []);
    await page.getByRole('button', { name: 'Opt in' }).click();
    await toast(page, 'North has Airport care now');
    await page.getByRole('link', { name: 'Report', exact: true }).waitFor();
    assert.deepEqual(await complaintsAbout(page, 'opted in'), []);
  });

  await t.test('a connection is added, and another feature with its trigger', async () => {
    await client.createConnection({
      params: { accountId: north.id },
      body: { app: 'atlas', name: 'Atlas North', syncs: 'off' },
    });
    await page.reload();
    await page.getByLabel('Watching').check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await toast(page, 'Saved');
    await page.getByText('1 of 1 trigger on').waitFor();
    await page.getByRole('link', { name: 'Watch airports' }).click();
    await page.getByText('It came with version 1 of the module Airport care').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'a copy'), []);
    await page
      .getByRole('navigation', { name: 'Parts of the workflow' })
      .getByRole('link', { name: 'Settings' })
      .click();
    await page.getByText('Executions at once').waitFor();
    assert.equal(await page.getByLabel('Name', { exact: true }).isDisabled(), true);
    assert.deepEqual(await complaintsAbout(page, 'settings of a copy'), []);
  });

  await t.test('a new version reaches it, and is seen to', async () => {
    const { draft, draftRevision } = await client.getWorkflow({ params: { workflowId: watch } });
    const steps = draft.steps.map((one) =>
      one.kind === 'set' ? { ...one, title: 'Twice', value: 'variables.limit * 2' } : one,
    );
    const { revision } = await client.saveWorkflowDraft({
      params: { workflowId: watch },
      body: { definition: { ...draft, steps }, revision: draftRevision },
    });
    await client.publishWorkflow({ params: { workflowId: watch }, body: { revision } });
    await page.goto('/modules/airport-care');
    await page.getByRole('button', { name: 'New version' }).click();
    const first = page.getByRole('group', { name: 'Feature 1' });
    assert.equal(await first.getByLabel('Watch airports').isChecked(), true);
    await page.getByLabel('Notes').fill('Twice as much');
    await page.getByRole('button', { name: 'Publish' }).click();
    await toast(page, 'Version 2 is published');
    await page.getByText('Up to date').waitFor();
    await page.getByText('Twice as much').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'a used module'), []);
    const chosen = await client.getAccountModule({
      params: { accountId: north.id, moduleKey: 'airport-care' },
    });
    const copy = chosen.optIn?.workflows.find(({ name }) => name === 'Watch airports');
    const { draft: brought } = await client.getWorkflow({ params: { workflowId: copy?.id ?? '' } });
    assert.deepEqual([brought.steps[0]?.title, brought.variables[0]?.initial], ['Twice', '7']);
  });

  await t.test('an account that cannot take a version says why, and is put right there', async () => {
    const { content } = await client.getModuleVersion({ params: { moduleKey: 'airport-care', version: 2 } });
    const tone = { key: 'tone', title: 'Tone', type: { kind: 'text' }, initial: '""' };
    const workflows = content.workflows.map((one) => ({
      ...one,
      definition: { ...one.definition, variables: [limit, tone] },
    }));
    const variables = [...content.variables, { key: 'tone', title: 'Tone', description: '' }];
    await client.publishModule({ body: { content: { ...content, workflows, variables } } });
    await page.reload();
    await page.getByText('Needs attention').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'a module that needs attention'), []);
    await page.getByRole('link', { name: 'North' }).click();
    await page.getByText('This account still has version 2').waitFor();
    assert.deepEqual(await complaintsAbout(page, 'an account that needs attention'), []);
    await page.getByLabel('Tone').fill('kind');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await toast(page, 'Saved');
    await page.getByText('This account still has version 2').waitFor({ state: 'detached' });
  });

  await t.test('a feature is left, then the module, whose copies stay', async () => {
    await page.getByLabel('Watching').uncheck();
    await page.getByLabel('Copies that are no longer needed').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('link', { name: 'Watch airports' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Opt out' }).click();
    const dialog = page.getByRole('dialog', { name: 'Opt out of Airport care?' });
    await dialog.getByLabel('Copies that are no longer needed').selectOption('keep');
    assert.deepEqual(await complaintsAbout(page, 'opting out'), []);
    await dialog.getByRole('button', { name: 'Opt out' }).click();
    await page.getByText('Not chosen').waitFor();
    await until('the copy is the account’s own', async () => {
      const { items } = await client.listWorkflows({ params: { accountId: north.id } });
      return items.length === 1 && items[0]?.module === null;
    });
    await page.goto('/modules/airport-care');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByLabel('Type “airport-care” to go on').fill('airport-care');
    await page.getByRole('button', { name: 'Delete module' }).click();
    await page.getByText('No modules yet').waitFor();
  });

  assert.deepEqual(scene.complaints, []);
});
