import type { TestContext } from 'node:test';
import type { Scene } from '../scene.ts';

export async function failures(t: TestContext, scene: Scene): Promise<void> {
  const { page } = scene;

  await t.test('what does not exist is said, with the code and a way back', async () => {
    await page.goto('/runs/01a00000-0000-7000-8000-000000000000');
    await page.getByRole('alert').getByText('not_found').waitFor();
    await page.getByRole('button', { name: 'Copy the request id' }).waitFor();
    await page.goto('/no/such/page');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.getByRole('link', { name: 'Go to the overview' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  await t.test('when the API dies a banner says so, and the page recovers by itself', async () => {
    await page.goto('/queues');
    await page.locator('.live-state[data-state=live]').waitFor();
    const { parts } = await scene.stack.client.getHealth();
    const api = parts?.find(({ name }) => name === 'api')?.pid;
    if (typeof api !== 'number') throw new Error('the health page names no process of the API');
    process.kill(api, 'SIGKILL');
    await page.getByText('The stack does not answer').waitFor();
    await page.getByText('The stack does not answer').waitFor({ state: 'detached', timeout: 30_000 });
    await page.locator('.live-state[data-state=live]').waitFor({ timeout: 30_000 });
  });
}
