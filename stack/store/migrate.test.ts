import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { TestDatabase } from '@middle/cloud/local/testing/database.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { withClient } from './client.ts';
import { migrate, readMigrations } from './migrate.ts';

let folder: string;
let database: TestDatabase;

// A database of its own each time, with the stack's migrations taken away from the record.
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  database = await testDatabase();
  await query('truncate migration.applied');
});
afterEach(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const FLAG = '-- breaking: no\n';
const add = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);
const run = (): ReturnType<typeof migrate> => migrate(database.owner, [{ name: 'test', folder }]);
const fails = (message: RegExp) => (error: unknown) =>
  error instanceof MiddleError && error.code === 'migration_failed' && message.test(error.message);

const query = (text: string): Promise<unknown[]> =>
  withClient(database.owner, async (client) => (await client.query<Record<string, unknown>>(text)).rows);

test('files are applied once, in order, and recorded with their flag', async () => {
  await add('0001_first.sql', `${FLAG}create table middle.one (id integer);`);
  await add(
    '0002_second.sql',
    '-- breaking: yes\nalter table middle.one add column two integer; insert into middle.one values (1, 2);',
  );
  assert.deepEqual(
    (await run()).map(({ name }) => name),
    ['0001_first.sql', '0002_second.sql'],
  );
  assert.deepEqual(await run(), []);
  assert.deepEqual(await query('select set, name, breaking from migration.applied order by name'), [
    { set: 'test', name: '0001_first.sql', breaking: false },
    { set: 'test', name: '0002_second.sql', breaking: true },
  ]);
});

test('a failing file is undone whole, says its line, and those before it stay', async () => {
  await add('0001_first.sql', `${FLAG}create table middle.one (id integer);`);
  await add('0002_second.sql', `${FLAG}create table middle.two (id integer);\n\nselect nonsense;`);
  await assert.rejects(run(), fails(/test\/0002_second\.sql:4: column "nonsense" does not exist/));
  assert.deepEqual(
    await query(
      "select to_regclass('middle.one') is not null as one, to_regclass('middle.two') is null as two",
    ),
    [{ one: true, two: true }],
  );
});

test('a changed file, a late file and a newer database are refused', async () => {
  await add('0002_second.sql', `${FLAG}select 1;`);
  await run();
  await add('0002_second.sql', `${FLAG}select 2;`);
  await assert.rejects(run(), fails(/was changed after it was applied/));
  await add('0002_second.sql', `${FLAG}select 1;`);
  await add('0001_first.sql', `${FLAG}select 1;`);
  await assert.rejects(run(), fails(/test\/0001_first\.sql comes before ones already applied/));
  await rm(path.join(folder, '0001_first.sql'));
  await query(
    "insert into migration.applied (set, name, breaking, digest) values ('test', '0009_later.sql', false, '')",
  );
  await assert.rejects(run(), fails(/newer than this release: it has test\/0009_later\.sql/));
});

test('a file without its flag, or with another kind of name, is refused', async () => {
  await add('0001_first.sql', 'select 1;');
  await assert.rejects(readMigrations([{ name: 'test', folder }]), fails(/first line must be/));
  await rm(path.join(folder, '0001_first.sql'));
  await add('1-first.sql', `${FLAG}select 1;`);
  await assert.rejects(readMigrations([{ name: 'test', folder }]), fails(/must be named like/));
});

test('two runs at once apply each file once', async () => {
  await add('0001_first.sql', `${FLAG}create table middle.one (id integer);`);
  const applied = await Promise.all([run(), run(), run()]);
  assert.equal(applied.flat().length, 1);
});
