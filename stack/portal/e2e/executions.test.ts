import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { workflowDefinitionSchema } from '@middle/core/workflow/definition.ts';
import { firstTransfers, openScene, until } from './scene.ts';

test('what people do with executions and triggers, against a running stack with the sample', async (t) => {
  await using scene = await openScene();
  const { page, stack, accountKey } = scene;
  const { client } = stack;
  await firstTransfers(scene);
  const accountId = accountKey;
  const [workflow] = (await client.listWorkflows({ params: { accountId } })).items;
  assert.ok(workflow !== undefined);
  const workflowId = workflow.id;

  await t.test('the sample’s workflow reacts, and its executions come in while one watches', async () => {
    await page.goto(`/workflows/${workflowId}/executions`);
    const rows = page.getByRole('table', { name: 'Executions' }).locator('tbody tr');
    await rows.first().waitFor();
    await until('an execution that ended', async () => (await page.getByText('Succeeded').count()) > 1);
  });

  await t.test('one is opened from the list and shows each step with its values', async () => {
    const posted = await until('an execution that posted a notice', async () => {
      const { items } = await client.listExecutions({
        params: { accountId },
        query: { state: ['succeeded'], limit: 100 },
      });
      return items.find(({ steps }) => steps === 3);
    });
    await page.goto(`/executions/${posted.id}`);
    const step = page.getByRole('button', { name: /Post a notice/ });
    await step.click();
    await page.getByText('"subject"').waitFor();
    await page.getByRole('button', { name: 'Show what its function printed' }).click();
    await page.getByText(/Posted “/).waitFor();
    await step.click();
    await page.getByText('"subject"').waitFor({ state: 'detached' });
  });

  await t.test('it is run again from a step, and the repeat leads back to it', async () => {
    const before = page.url();
    await page.getByRole('button', { name: /Post a notice/ }).click();
    await page.getByRole('button', { name: 'Run again from here' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run again' }).click();
    await page.waitForURL((url) => url.href !== before);
    await page.getByText('Taken over').first().waitFor();
    await page.getByText('The first, and its repeats').waitFor();
    const executionId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await until('the end of the repeat', async () => {
      const { state } = await client.getExecution({ params: { executionId } });
      return state === 'succeeded';
    });
  });

  await t.test('a replay against the draft says what would differ', async () => {
    const { draft, draftRevision } = await client.getWorkflow({ params: { workflowId } });
    const [output] = draft.output;
    assert.ok(output !== undefined);
    const definition = { ...draft, output: [{ ...output, value: 'variables.text.upper()' }] };
    await client.saveWorkflowDraft({
      params: { workflowId },
      body: { definition, revision: draftRevision },
    });
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('It would do something else.').waitFor();
    await page.getByText('How it ends').waitFor();
    await page.getByLabel('Replay with').selectOption('1');
    await page.getByText('It would do the same.').waitFor();
  });

  await t.test('lists are searched and filtered, and the address keeps it', async () => {
    await page.goto(`/accounts/${accountKey}/executions`);
    await page.getByLabel('Words in their values, steps and errors').fill('nothing-has-this-word');
    await page.getByText('No execution matches').waitFor();
    await page.waitForURL(/text=nothing/);
    await page.getByRole('button', { name: 'Show all executions' }).click();
    await page.getByLabel('Cause', { exact: true }).selectOption('again');
    await page.waitForURL(/cause=again/);
    await until('one repeat', async () => (await page.locator('tbody tr').count()) === 1);
  });

  await t.test('a bulk run again says first how many that are, and is followed to its end', async () => {
    await page.goto(`/accounts/${accountKey}/executions?state=succeeded`);
    await page.getByRole('button', { name: 'Run again…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'How many would that be?' }).click();
    await dialog.getByText(/executions? match/).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  await t.test('a trigger is added, tried on past changes, switched on and deleted', async () => {
    await page.goto(`/workflows/${workflowId}/triggers`);
    await page.getByRole('button', { name: 'New trigger' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Big cities');
    await dialog.getByLabel('Connection').selectOption({ label: 'Atlas' });
    await dialog.getByLabel('Record type').selectOption({ label: 'City' });
    await dialog.getByRole('textbox', { name: /^City/ }).fill('record');
    await dialog.getByRole('textbox', { name: /^Discard when/ }).fill('record.population < 100000');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.waitForURL(/\/triggers\/[0-9a-f-]{36}$/);
    await page.getByText('It hears nothing, because it is switched off').waitFor();
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.getByText(/would have started/).waitFor();
    await page.getByRole('switch', { name: 'Switch of Big cities' }).click();
    await page.getByText('It hears nothing').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
    await page.waitForURL(/\/triggers$/);
    await page.getByRole('table', { name: 'Triggers' }).waitFor();
  });

  await t.test('a file export is put together, run, and its file downloaded', async () => {
    const { connectionId } = scene;
    const made = await client.createWorkflow({
      params: { accountId },
      body: {
        name: 'Countries',
        draft: workflowDefinitionSchema.parse({
          connections: [{ key: 'atlas', title: 'Atlas', app: 'atlas' }],
        }),
        bindings: { atlas: connectionId },
      },
    });
    await page.goto(`/workflows/${made.id}`);
    await page.getByRole('button', { name: 'Add a first step here' }).first().click();
    await page.getByRole('dialog', { name: 'Add a step' }).waitFor();
    await page.keyboard.type('export');
    await page.keyboard.press('Enter');
    await page.getByLabel('Record type').selectOption({ label: 'Country' });
    await page.getByRole('textbox', { name: 'Column 1', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove Code' }).click();
    const params = { workflowId: made.id };
    const { draftRevision } = await until('the saved draft', async () => {
      const { draft, draftRevision: revision } = await client.getWorkflow({ params });
      const [step] = draft.steps;
      const isWhole = step?.kind === 'export' && step.columns[0]?.name === 'Name';
      return isWhole ? { draftRevision: revision } : null;
    });
    await client.publishWorkflow({ params, body: { revision: draftRevision } });
    const { id } = await client.startWorkflow({ params, body: { input: {} } });
    await page.goto(`/executions/${id}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    assert.match(download.suggestedFilename(), /^File export .*\.csv$/);
    assert.match(text, /^Name,/);
    assert.ok(text.split('\r\n').length > 200);
  });

  await t.test('the dashboard shows what the API counts', async () => {
    await page.goto(`/accounts/${accountKey}/dashboard?hours=1`);
    const succeeded = page.locator('.stat', { hasText: 'Succeeded' }).first();
    await until('the same number', async () => {
      const { total } = await client.getExecutionStatistics({ params: { accountId }, query: { hours: 1 } });
      return (await succeeded.innerText()).includes(String(total.succeeded));
    });
    await page.getByText('As a table').first().click();
    await page.getByRole('columnheader', { name: 'Succeeded' }).first().waitFor();
  });

  assert.deepEqual(scene.complaints, []);
});
