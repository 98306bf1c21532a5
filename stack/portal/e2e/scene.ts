import type { Browser, Page } from 'playwright-core';
import { openBrowser, openPage } from './browser.ts';
import { startStack } from './running-stack.ts';
import type { RunningStack } from './running-stack.ts';

/** What every suite works on: one stack, one browser, an owner who is signed in. */
export interface Scene extends AsyncDisposable {
  readonly stack: RunningStack;
  readonly browser: Browser;
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly connectionId: string;
  readonly accountKey: string;
}

/** Starts a stack with the sample and signs its first owner in, by the one-time link and the page that welcomes. */
export async function openScene(atWelcome?: (page: Page) => Promise<void>): Promise<Scene> {
  const stack = await startStack();
  const browser = await openBrowser();
  const { page, complaints } = await openPage(browser, stack.address);
  await page.goto(stack.signInLink);
  await page.getByRole('heading', { name: 'Welcome to your stack' }).waitFor();
  await atWelcome?.(page);
  await page.getByLabel('Your name').fill('Ada Owner');
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Open my stack' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  const { items } = await stack.client.listConnections();
  const connection = items[0];
  if (connection === undefined) throw new Error('the sample has made no connection');
  return {
    stack,
    browser,
    page,
    complaints,
    connectionId: connection.id,
    accountKey: connection.account.key,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await stack[Symbol.asyncDispose]();
    },
  };
}

/** Waits for something that the API tells, with a limit. */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  const end = Date.now() + 240_000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited 240 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The transfers that the sample begins with have ended: nothing on a page moves by itself for a while. */
export async function firstTransfers({ stack }: Pick<Scene, 'stack'>): Promise<void> {
  await until('the end of the first transfers', async () => {
    const open = await stack.client.listSyncRuns({ query: { state: ['queued', 'running', 'storing'] } });
    const ended = await stack.client.listSyncRuns({ query: { state: ['succeeded'] } });
    return open.items.length === 0 && ended.items.length >= 3;
  });
}

async function syncOf(scene: Scene, recordType: string, kind: string): Promise<string> {
  const { items } = await scene.stack.client.listRecordSets({ params: { connectionId: scene.connectionId } });
  const sync = items
    .find((set) => set.recordType.key === recordType)
    ?.syncs.find((each) => each.kind === kind);
  if (sync === undefined) throw new Error(`no ${kind} sync of ${recordType}`);
  return sync.id;
}

/** Runs a sync through the API and waits for its end. */
export async function runToEnd(scene: Scene, recordType: string, kind: string): Promise<string> {
  const { client } = scene.stack;
  const run = await client.runSync({ params: { syncId: await syncOf(scene, recordType, kind) }, body: {} });
  await until(`the end of the ${kind} run of ${recordType}`, async () => {
    const { state } = await client.getSyncRun({ params: { runId: run.id } });
    return ['succeeded', 'failed', 'cancelled'].includes(state);
  });
  return run.id;
}
