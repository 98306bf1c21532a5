import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstTransfers, openScene } from './scene.ts';
import { builderByKeys } from './suites/builder-keys.ts';
import { builderByMouse } from './suites/builder-mouse.ts';
import { expressions } from './suites/expressions.ts';
import { workflowPages } from './suites/workflow-pages.ts';

/** Workflows as people build them, on a stack of its own with the sample's records. */
test('workflows in the portal, against a running stack with the sample', async (t) => {
  await using scene = await openScene();
  await firstTransfers(scene);
  await builderByKeys(t, scene);
  await builderByMouse(t, scene);
  await expressions(t, scene);
  await workflowPages(t, scene);
  assert.deepEqual(scene.complaints, []);
});
