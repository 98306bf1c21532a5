import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { until } from '../scene.ts';
import type { Scene } from '../scene.ts';

async function apiProcess({ stack }: Scene): Promise<number> {
  return until('the process of the API', async () => {
    const health = await stack.client.getHealth().catch(() => null);
    return health?.parts?.find(({ name, state }) => name === 'api' && state === 'ready')?.pid;
  });
}

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
    const banner = page.getByText('The stack does not answer');
    let shown = false;
    // The supervisor brings it back at once, sooner than the page notices; after several deaths it takes its time.
    for (let death = 0; death < 8 && !shown; death += 1) {
      process.kill(await apiProcess(scene), 'SIGKILL');
      shown = await banner.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    }
    assert.ok(shown, 'the banner was shown');
    await banner.waitFor({ state: 'detached' });
    await page.locator('.live-state[data-state=live]').waitFor();
  });
}
