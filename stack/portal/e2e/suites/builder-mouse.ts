import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { complaintsAbout } from '../inspect.ts';
import { until } from '../scene.ts';
import type { Scene } from '../scene.ts';
import { workflowNamed } from './builder-keys.ts';

export async function builderByMouse(t: TestContext, scene: Scene): Promise<void> {
  await t.test('a step is dragged into a branch and taken back', () => dragIntoBranch(scene));
  await t.test('problems are told at the step, in a list that leads there, and at the field', () =>
    followProblems(scene),
  );
  await t.test('it is tried on a real record, each step showing what it gave', () => tryIt(scene));
  await t.test('steps go to another workflow over the clipboard', () => pasteElsewhere(scene));
  await t.test('what somebody else saved meanwhile is not overwritten without asking', () => keepMine(scene));
}

async function dragIntoBranch(scene: Scene): Promise<void> {
  const { page, stack } = scene;
  const { client } = stack;
  const workflow = await workflowNamed(scene, 'By keys');
  const whole = async () =>
    JSON.stringify((await client.getWorkflow({ params: { workflowId: workflow.id } })).draft.steps);
  const before = await whole();
  await page.goto(`/workflows/${workflow.id}`);
  await page.getByText('No problems', { exact: true }).waitFor();
  const step = page.locator('[data-step="postANotice"]');
  const target = page.locator('[data-node="gap decision whenFalse 0"]');
  const [from, to] = [await step.boundingBox(), await target.boundingBox()];
  if (from === null || to === null) throw new Error('the steps are not to be seen');
  await page.mouse.move(from.x + 120, from.y + 30);
  await page.mouse.down();
  await page.mouse.move(from.x + 160, from.y + 60, { steps: 4 });
  await page.mouse.move(to.x + 11, to.y + 11, { steps: 8 });
  await page.locator('.gap.target').waitFor();
  await page.mouse.up();
  await until(
    'the step in its new place',
    async () => (await whole()).startsWith('[{"key":"decision"') || (await whole()) !== before,
  );
  const { draft } = await client.getWorkflow({ params: { workflowId: workflow.id } });
  const [decision] = draft.steps;
  assert.ok(decision?.kind === 'decision' && draft.steps.length === 1);
  assert.deepEqual(
    decision.whenFalse.map(({ key }) => key),
    ['postANotice'],
  );
  await page.getByText(/^\d problems?$/).waitFor();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await until('the steps as before', async () => (await whole()) === before);
}

async function followProblems(scene: Scene): Promise<void> {
  const { page } = scene;
  const workflow = await workflowNamed(scene, 'By keys');
  await page.goto(`/workflows/${workflow.id}`);
  await page.locator('[data-step="decision"]').click();
  const criteria = page.getByRole('complementary', { name: /^Decision/ }).getByLabel(/^Criteria/);
  await criteria.fill('steps.postANotice.output.idd != null');
  await page.getByText('1 problem', { exact: true }).click();
  const list = page.getByRole('complementary', { name: 'Problems' });
  await list.getByRole('button', { name: /no field “idd”/ }).waitFor();
  assert.deepEqual(await complaintsAbout(page, 'problems'), []);
  await list.getByRole('button', { name: /no field “idd”/ }).click();
  await page.getByRole('button', { name: /^Write id/ }).click();
  await page.getByText('No problems', { exact: true }).waitFor();
  assert.equal(await criteria.inputValue(), 'steps.postANotice.output.id != null');
  await page.getByText('Saved', { exact: true }).waitFor();
}

async function tryIt(scene: Scene): Promise<void> {
  const { page } = scene;
  await page.goto(`/workflows/${(await workflowNamed(scene, 'Tell of growing cities')).id}`);
  await page.getByRole('button', { name: 'Try it' }).click();
  const panel = page.getByRole('complementary', { name: 'Try it' });
  await panel.getByRole('combobox', { name: 'City' }).fill('brussels');
  await panel
    .getByRole('option', { name: /Brussels/ })
    .first()
    .click();
  await panel.getByRole('button', { name: 'Try', exact: true }).click();
  await panel.getByText('Succeeded', { exact: true }).waitFor();
  await page.locator('.step-tried.ok').nth(2).waitFor();
  assert.deepEqual(await complaintsAbout(page, 'trial'), []);
  await panel.getByRole('button', { name: 'Put the notice together' }).click();
  await page
    .getByRole('complementary', { name: /^Set variable/ })
    .getByText(/with Brussels/)
    .waitFor();
}

async function pasteElsewhere(scene: Scene): Promise<void> {
  const { page, stack } = scene;
  const { client } = stack;
  const source = await workflowNamed(scene, 'By keys');
  await page.goto(`/workflows/${source.id}`);
  await page.locator('[data-step="decision"]').focus();
  await page.keyboard.press('Control+c');
  const made = await client.createWorkflow({
    params: { accountId: scene.accountKey },
    body: { name: 'Pasted' },
  });
  await page.goto(`/workflows/${made.id}`);
  await page.locator('[data-node="begin"]').focus();
  await page.keyboard.press('Control+v');
  const draft = await until('the pasted steps', async () => {
    const now = await client.getWorkflow({ params: { workflowId: made.id } });
    return now.draft.steps.length === 1 ? now.draft : null;
  });
  const [decision] = draft.steps;
  assert.ok(decision?.kind === 'decision' && decision.whenTrue.length === 1);
}

async function keepMine(scene: Scene): Promise<void> {
  const { page, stack } = scene;
  const { client } = stack;
  const workflow = await workflowNamed(scene, 'Pasted');
  await page.goto(`/workflows/${workflow.id}`);
  await page.locator('[data-step="decision"]').click();
  const { draft, draftRevision } = await client.getWorkflow({ params: { workflowId: workflow.id } });
  await client.saveWorkflowDraft({
    params: { workflowId: workflow.id },
    body: { definition: { ...draft, steps: [] }, revision: draftRevision },
  });
  await page
    .getByRole('complementary', { name: /^Decision/ })
    .getByLabel('Title')
    .fill('Mine');
  await page.getByText('cli saved this draft').waitFor();
  assert.deepEqual(await complaintsAbout(page, 'conflict'), []);
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await until('my draft', async () => {
    const now = await client.getWorkflow({ params: { workflowId: workflow.id } });
    return now.draft.steps[0]?.title === 'Mine';
  });
}
