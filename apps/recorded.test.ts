import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import { readPackageFolder } from '@middle/functions/package/folder.ts';
import { runRecordedTests } from '@middle/functions/test/run-recorded.ts';

const entries = await readdir(new URL('./', import.meta.url), { withFileTypes: true });

describe('the apps of the catalogue', () => {
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    test(`${name}: its package has no problem and its recorded tests pass`, async () => {
      const files = await readPackageFolder(fileURLToPath(new URL(`./${name}/`, import.meta.url)));
      const { problems, outcomes } = await runRecordedTests(files);
      assert.deepEqual(problems, []);
      assert.ok(outcomes.length > 0, 'it has no tests');
      for (const outcome of outcomes)
        assert.deepEqual(outcome.problems, [], `${outcome.file}: ${outcome.title}`);
    });
  }
});
