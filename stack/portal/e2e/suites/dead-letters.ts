import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { localQueues } from '@middle/cloud/local/queue.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { complaintsAbout } from '../inspect.ts';
import { until } from '../scene.ts';
import type { Scene } from '../scene.ts';

/** Puts messages into the queue of the sample's app that the intake can't read. */
async function sendUnreadable(folder: string, bodies: readonly string[]): Promise<void> {
  const config: { database: DatabaseAddress } = JSON.parse(
    await readFile(join(folder, 'run', 'worker.json'), 'utf8'),
  );
  const database = openDatabase(config.database, { max: 1 });
  try {
    const queue = localQueues({ database, clock: systemClock }).open('atlas');
    await queue.send(bodies.map((body) => ({ body: Buffer.from(body) })));
  } finally {
    await database.close();
  }
}

export async function deadLetters(t: TestContext, scene: Scene): Promise<void> {
  const { page } = scene;
  const { client, folder } = scene.stack;
  const letters = async () => (await client.listDeadLetters({ params: { appKey: 'atlas' } })).items;
  const rows = page.getByRole('table', { name: 'Dead letters' }).locator('tbody tr');

  await t.test('what could not be processed is shown with its reason and its text', async () => {
    await sendUnreadable(folder, ['no message at all', 'nor is this', 'or this']);
    await until('three dead letters', async () => (await letters()).length === 3);
    await page.goto('/');
    await page.getByRole('link', { name: /3 dead letters in the queue of atlas/ }).click();
    await rows.nth(2).waitFor();
    assert.deepEqual(await complaintsAbout(page, 'dead letters'), []);
    await rows.filter({ hasText: 'message_invalid' }).first().getByText('message_invalid').click();
    await page
      .getByRole('dialog')
      .locator('pre')
      .getByText(/no message|nor is|or this/)
      .waitFor();
    await page.keyboard.press('Escape');
  });

  await t.test('one is put back into the queue, and comes again when it still can’t be read', async () => {
    const [first] = await letters();
    assert.ok(first !== undefined);
    await page.getByRole('checkbox', { name: `Choose ${first.id}` }).check();
    await page.getByRole('button', { name: 'Put 1 back' }).click();
    await page.getByText('1 message put back into the queue').waitFor();
    await until('its next death', async () =>
      (await letters()).some(({ body, diedAt }) => body === first.body && diedAt > first.diedAt),
    );
  });

  await t.test('some are deleted for good, after a question', async () => {
    await page.reload();
    await rows.nth(2).waitFor();
    for (const letter of (await letters()).slice(0, 2))
      await page.getByRole('checkbox', { name: `Choose ${letter.id}` }).check();
    await page.getByRole('button', { name: 'Delete 2' }).click();
    const question = page.getByRole('dialog', { name: 'Delete 2 dead letters?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await letters()).length, 3);
    await page.getByRole('button', { name: 'Delete 2' }).click();
    await question.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('2 dead letters deleted').waitFor();
    await rows.nth(1).waitFor({ state: 'detached' });
    assert.equal((await letters()).length, 1);
  });
}
