import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene } from './scene.ts';
import { deadLetters } from './suites/dead-letters.ts';
import { dialogs } from './suites/dialogs.ts';
import { people } from './suites/people.ts';
import { readOnly } from './suites/read-only.ts';
import { secondFactor } from './suites/second-factor.ts';

/** Who may come in and what they may do: a stack of its own, since these suites change who can sign in. */
test('people and what they may do in the portal, against a running stack', async (t) => {
  await using scene = await openScene();
  await dialogs(t, scene);
  await people(t, scene);
  await secondFactor(t, scene);
  await readOnly(t, scene);
  await deadLetters(t, scene);
  assert.deepEqual(scene.complaints, []);
});
