/**
 * Writes stack/store/schema.sql from a database that all migrations were applied to; with --check only compares, and
 * ends with 1 when the file is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import { dumpSchema } from '@middle/store/dump-schema.ts';

const FILE = fileURLToPath(new URL('../stack/store/schema.sql', import.meta.url));

await using database = await testDatabase();
const dumped = await dumpSchema(database.owner);
if (process.argv.includes('--check')) {
  const written = await readFile(FILE, 'utf8').catch(() => '');
  if (written !== dumped) {
    console.error('stack/store/schema.sql is not what the migrations make. Run: npm run schema');
    process.exitCode = 1;
  }
} else {
  await writeFile(FILE, dumped);
}
