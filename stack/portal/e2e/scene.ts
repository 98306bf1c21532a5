import type { Browser, Page } from 'playwright-core';
import type { RunningStack } from './running-stack.ts';

/** What every suite works on: one stack, one browser, an owner who is signed in. */
export interface Scene {
  readonly stack: RunningStack;
  readonly browser: Browser;
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly connectionId: string;
  readonly accountKey: string;
}

/** Waits for something that the API tells, with a limit. */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited 60 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

export async function syncOf(scene: Scene, recordType: string, kind: string): Promise<string> {
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
