import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeZip } from '@middle/functions/package/zip.ts';
import { runToEnd } from '../scene.ts';
import type { Scene } from '../scene.ts';

const ATLAS = fileURLToPath(new URL('../../../../apps/atlas/', import.meta.url));

/** The sample's app with a wrong idea of one attribute: what happens when a source changes its schema. */
async function wrongAtlas(): Promise<Uint8Array<ArrayBuffer>> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(ATLAS, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    files.set(file.slice(ATLAS.length), await readFile(file));
  }
  const manifest = (files.get('middle.app.yaml')?.toString() ?? '')
    .replace(/^version: .*$/m, "version: '9.0.0'")
    .replace('key: landlocked, type: boolean', 'key: landlocked, type: string');
  files.set('middle.app.yaml', Buffer.from(manifest));
  return new Uint8Array(writeZip(files));
}

export async function quarantine(t: TestContext, scene: Scene): Promise<void> {
  const { page, connectionId } = scene;
  const { client } = scene.stack;
  const move = async (version: string) => {
    await page.goto(`/connections/${connectionId}/settings`);
    await page.getByLabel('Version').selectOption(version);
    await page.getByRole('button', { name: 'Move' }).click();
    await page.getByText(`Moved to version ${version}`).waitFor();
  };

  await t.test('records that do not fit are set aside with the reason', async () => {
    await client.pushApp({ body: await wrongAtlas(), query: { on: 'true', approveHosts: 'true' } });
    await move('9.0.0');
    await runToEnd(scene, 'country', 'complete');
    await page.goto(`/connections/${connectionId}/quarantine`);
    await page.getByText('landlocked').first().waitFor();
    await page.getByText('Proposed changes').waitFor();
    await page.locator('.invalid-open').first().click();
    await page.getByRole('dialog').getByText('landlocked').first().waitFor();
    await page.keyboard.press('Escape');
  });

  await t.test('a dismissed one can be taken back', async () => {
    const first = page.locator('.list-row', { has: page.locator('.invalid-open') }).first();
    const id = await first.locator('.strong').innerText();
    await first.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByText(`Dismissed ${id}`).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('.invalid-open .strong', { hasText: id }).first().waitFor();
  });

  await t.test('one action stores them once the record type is right again', async () => {
    await move('1.1.0');
    await page.goto(`/connections/${connectionId}/quarantine`);
    await page.getByRole('button', { name: 'Reprocess', exact: true }).click();
    await page.getByText('Reprocessed: what is valid now is stored').waitFor();
    await page.getByText('landlocked').first().waitFor({ state: 'detached' });
    const { items } = await client.listInvalidRecords({
      query: { connectionId, recordType: 'country', state: 'open' },
    });
    assert.deepEqual(items, []);
  });
}
