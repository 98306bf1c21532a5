import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { complaintsAbout } from '../inspect.ts';
import { until } from '../scene.ts';
import type { Scene } from '../scene.ts';

/** From nothing to an execution that has ended, without touching the mouse. */
export async function builderByKeys(t: TestContext, scene: Scene): Promise<void> {
  await t.test('a workflow is built, published, started and seen to end by keys alone', () =>
    buildAndRun(scene),
  );
  await t.test('steps are moved, copied, deleted and brought back by keys', () => moveAndCopy(scene));
  await t.test('in the dark, at 400 pixels and for screen readers it is as good', () =>
    lookEverywhere(scene),
  );
}

function pressOn(page: Page): (...keys: string[]) => Promise<void> {
  return async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
}

async function buildAndRun(scene: Scene): Promise<void> {
  const { page, stack } = scene;
  const { client } = stack;
  const press = pressOn(page);
  await page.goto('/');
  await page.getByRole('table', { name: 'Accounts' }).waitFor();
  await press('g', 'w');
  await page.getByRole('heading', { name: 'Workflows', level: 1 }).waitFor();
  await tabTo(page, 'New workflow');
  await press('Enter');
  await page.getByRole('dialog', { name: 'New workflow' }).waitFor();
  await page.keyboard.type('By keys');
  await press('Enter');
  await page.getByRole('heading', { name: /^By keys/, level: 1 }).waitFor();
  await tabTo(page, /^Beginning/);

  await press('a');
  await page.getByRole('dialog', { name: 'Add a step' }).waitFor();
  await page.getByRole('option', { name: /^Post a notice/ }).waitFor();
  await page.keyboard.type('notice');
  await press('Enter');
  const panel = page.getByRole('complementary', { name: /^Action/ });
  await panel.getByLabel('Title').waitFor();
  await page.keyboard.type('Say hello');
  await page.getByText('2 problems', { exact: true }).waitFor();
  await tabTo(page, /^Subject/);
  await page.keyboard.type('"Hello"');
  await tabTo(page, /^Text/);
  await page.keyboard.type('"From the " + "keyboard"');
  await page.getByText('No problems', { exact: true }).waitFor();
  await press('Escape');
  await until('the focus on the step', async () => (await focused(page)).startsWith('Action: Say hello'));

  await press('a');
  await page.keyboard.type('decision');
  await press('Enter');
  await page.getByRole('complementary', { name: /^Decision/ }).waitFor();
  await page.keyboard.type('Was it posted?');
  await tabTo(page, /^Criteria/);
  await page.keyboard.type('steps.postANotice.output.id != null');
  await press('Escape', 'Escape');
  await press('ArrowDown');
  await until('the empty branch', async () => (await focused(page)) === 'Add a first step here');
  await press('Enter');
  await page.keyboard.type('stop');
  await press('Enter');
  await page.getByRole('complementary', { name: /^Stop/ }).waitFor();
  await press('Escape');
  await page.getByText('No problems', { exact: true }).waitFor();
  await page.getByText('Saved', { exact: true }).waitFor();

  await tabTo(page, 'Publish', 'Shift+Tab');
  await press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Publish this workflow?' });
  await dialog.getByLabel('Notes').waitFor();
  await page.keyboard.type('The first one');
  await tabTo(page, 'Publish');
  await press('Enter');
  await page.getByText('Version 1 is in force').waitFor();
  await tabTo(page, 'Run');
  await press('Enter');
  await page.getByRole('dialog', { name: 'Run By keys now' }).waitFor();
  await tabTo(page, 'Run');
  await press('Enter');
  await page.waitForURL(/\/executions\/[-0-9a-f]{36}$/);
  const executionId = page.url().split('/').at(-1) ?? '';
  const state = await until('the end of the execution', async () => {
    const { state: now } = await client.getExecution({ params: { executionId } });
    return ['succeeded', 'failed', 'cancelled'].includes(now) ? now : null;
  });
  assert.equal(state, 'succeeded');
}

async function moveAndCopy(scene: Scene): Promise<void> {
  const { page, stack } = scene;
  const { client } = stack;
  const press = pressOn(page);
  const workflow = await workflowNamed(scene, 'By keys');
  await page.goto(`/workflows/${workflow.id}`);
  await page.locator('[data-step="postANotice"]').focus();
  const steps = async () => {
    const { draft } = await client.getWorkflow({ params: { workflowId: workflow.id } });
    return draft.steps.map(({ key }) => key);
  };
  const become = (wanted: readonly string[]) =>
    until(`the steps ${wanted.join(', ')}`, async () => String(await steps()) === String(wanted));
  await press('Control+d');
  await become(['postANotice', 'postANotice2', 'decision']);
  await press('Control+z');
  await become(['postANotice', 'decision']);
  await press('Control+y');
  await become(['postANotice', 'postANotice2', 'decision']);
  await press('Delete');
  await become(['postANotice', 'decision']);
  await page.locator('[data-step="postANotice"]').focus();
  await press('Alt+ArrowDown');
  await until('the step within the branch', async () => String(await steps()) === 'decision');
  await press('Alt+ArrowUp');
  await become(['postANotice', 'decision']);
  await press('Control+c');
  await page.getByText('Say hello was copied').waitFor();
  await press('Control+v');
  await become(['postANotice', 'postANotice2', 'decision']);
  await press('Control+x');
  await become(['postANotice', 'decision']);
  await press('Control+z', 'Control+z');
  await become(['postANotice', 'decision']);
  await page.getByText('Saved', { exact: true }).waitFor();
}

async function lookEverywhere(scene: Scene): Promise<void> {
  const { page } = scene;
  const workflow = await workflowNamed(scene, 'By keys');
  await page.goto(`/workflows/${workflow.id}`);
  await page.locator('[data-step="decision"]').click();
  await page
    .getByRole('complementary', { name: /^Decision/ })
    .getByLabel(/^Criteria/)
    .waitFor();
  assert.deepEqual(await complaintsAbout(page, 'builder'), []);
  await page.setViewportSize({ width: 400, height: 860 });
  await page.goto(`/workflows/${workflow.id}`);
  await page.locator('.outline [data-step="decision"]').waitFor();
  assert.deepEqual(await complaintsAbout(page, 'outline'), []);
  await page.locator('.outline [data-step="decision"]').click();
  await page
    .getByRole('complementary', { name: /^Decision/ })
    .getByLabel(/^Criteria/)
    .waitFor();
  assert.deepEqual(await complaintsAbout(page, 'panel at 400 pixels'), []);
  await page.setViewportSize({ width: 1440, height: 900 });
}

export async function workflowNamed({ stack, accountKey }: Scene, name: string) {
  const { items } = await stack.client.listWorkflows({ params: { accountId: accountKey } });
  const found = items.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no workflow ${name}`);
  return found;
}

async function focused(page: Page): Promise<string> {
  return page.evaluate(
    "(() => { const at = document.activeElement; const label = at.id && document.querySelector(`label[for='${CSS.escape(at.id)}']`); return (at.getAttribute('aria-label') ?? label?.textContent ?? at.textContent ?? '').trim(); })()",
  );
}

/** Goes on with Tab until something of that name has the focus. */
export async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  for (let step = 0; step < 80; step += 1) {
    const now = await focused(page);
    if (typeof name === 'string' ? now === name : name.test(now)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Tab leads nowhere to ${String(name)}`);
}
