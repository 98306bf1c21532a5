import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '@middle/store/database.ts';
import sql from 'sql-template-tag';
import { testDatabase } from './database.ts';

test('each test has a migrated database of its own', async () => {
  await using one = await testDatabase();
  await using two = await testDatabase();
  const first = openDatabase(one.owner);
  const second = openDatabase(two.owner);
  await first.query(sql`insert into middle.account (key, name) values ('one', 'One')`);
  const { rows } = await second.query(sql`select * from middle.account`);
  assert.deepEqual(rows, []);
  await first.close();
  await second.close();
});

test('the roles of the API and the worker may not change the schema', async () => {
  await using database = await testDatabase();
  for (const address of [database.api, database.worker]) {
    const db = openDatabase(address);
    await assert.rejects(db.query(sql`create table middle.mine ()`), /permission denied/);
    await assert.rejects(db.query(sql`create table public.mine ()`), /permission denied/);
    await assert.rejects(db.query(sql`drop table middle.account`), /must be owner/);
    await db.close();
  }
});
