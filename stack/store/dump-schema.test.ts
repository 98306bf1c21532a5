import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import { withClient } from './client.ts';
import type { DatabaseAddress } from './database.ts';
import { dumpSchema } from './dump-schema.ts';

test('a dump that is run on an empty database makes the same schema', async () => {
  await using database = await testDatabase();
  const dump = await dumpSchema(database.owner);
  const empty = `empty_${randomUUID().replaceAll('-', '')}`;
  await run(database.superuser, `create database ${empty} owner middle_owner`);
  try {
    const address = { ...database.owner, database: empty };
    await run(address, dump);
    assert.equal(await dumpSchema(address), dump);
  } finally {
    await run(database.superuser, `drop database ${empty} with (force)`);
  }
});

test('a dump tells a column, a default, an index, a right and a function apart, and leaves partitions out', async () => {
  await using database = await testDatabase();
  const before = await dumpSchema(database.owner);
  const changes = [
    'alter table middle.account add column colour text collate "C" not null default \'red\'',
    'create index account_colour on middle.account (colour) where enabled',
    'grant update (colour) on middle.account to middle_worker',
    'create function middle.one() returns integer language sql return 1',
    'alter table middle.account set (fillfactor = 70)',
  ];
  let last = before;
  for (const change of changes) {
    await run(database.owner, change);
    const dump = await dumpSchema(database.owner);
    assert.notEqual(dump, last, change);
    last = dump;
  }
  await run(database.owner, "select middle.add_day_partitions('2026-01-01', 3)");
  assert.equal(await dumpSchema(database.owner), last);
});

async function run(address: DatabaseAddress, text: string): Promise<void> {
  await withClient(address, (client) => client.query(text));
}
