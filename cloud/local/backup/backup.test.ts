import assert from 'node:assert/strict';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupState } from '@middle/core/backup/state.ts';
import { systemClock as clock } from '../clock.ts';
import { createKeyFile, localKeys } from '../keys.ts';
import { loneCluster } from '../testing/lone-cluster.ts';
import type { LoneCluster } from '../testing/lone-cluster.ts';
import { openArchive } from './archive.ts';
import type { Archive } from './archive.ts';
import { Backups } from './backups.ts';
import { takeBaseBackup } from './base-backup.ts';
import { findArchive } from './find-archive.ts';
import { restoreStack } from './restore.ts';
import type { Restored } from './restore.ts';
import { archiveFolder, keepBackupSettings } from './settings.ts';
import { BACKUP_KEY } from './vault.ts';
import { verifyBackups } from './verify.ts';

/** Only against hanging: a loaded machine takes its time. */
const WITHIN_MILLISECONDS = 180_000;

async function until(ask: () => Promise<boolean> | boolean): Promise<void> {
  const giveUp = Date.now() + WITHIN_MILLISECONDS;
  while (!(await ask())) {
    assert.ok(Date.now() < giveUp, 'it did not come to pass');
    await sleep(20);
  }
}

/** The backups of a cluster, whose jobs run in this process. */
async function backupsOf(cluster: LoneCluster): Promise<Backups> {
  const { data, secrets, superuser } = cluster;
  const key = await localKeys({ file: secrets.stackKey }).derive(BACKUP_KEY);
  return new Backups({
    data,
    settings: await keepBackupSettings(data),
    key,
    superuser,
    clock,
    log: () => {},
    jobs: {
      async run(job, folder) {
        const archive = await openArchive({ folder, key, mode: 'open' });
        if (job === 'base') await takeBaseBackup({ archive, superuser, release: 'test', clock });
        else await verifyBackups({ archive, scratch: data.scratch, clock });
      },
      stop: () => Promise.resolve(),
    },
  });
}

const isIn = (backups: Backups, state: BackupState['state']): Promise<void> =>
  until(() => backups.state().state === state);

describe('backups of a stack', { timeout: 600_000 }, () => {
  let cluster: LoneCluster;
  let backups: Backups;
  let restores = 0;

  const count = async (of: LoneCluster = cluster): Promise<number> =>
    Number((await of.query<{ count: string }>('select count(*) from kept'))[0]?.count);
  const insert = async (rows: number): Promise<void> => {
    await cluster.query(
      `insert into kept (text) select repeat(md5(g::text), 4) from generate_series(1, ${rows}) g`,
    );
  };
  const allStored = async (): Promise<void> => {
    const [row] = await cluster.query<{ lsn: string }>('select pg_current_wal_flush_lsn()::text as lsn');
    await until(async () => {
      const [slot] = await cluster.query<{ stored: boolean }>(
        `select restart_lsn >= '${row?.lsn ?? '0/0'}'::pg_lsn as stored from pg_replication_slots`,
      );
      return slot?.stored === true;
    });
  };
  const archiveOf = async (): Promise<Archive> =>
    (await findArchive({ dataFolder: cluster.data.root })).archive;
  const restore = async (moment: Date | 'latest', preview = false): Promise<Restored> =>
    restoreStack({
      archive: await archiveOf(),
      stackKey: cluster.secrets.stackKey,
      moment,
      into: path.join(cluster.root, `restored ${(restores += 1)}`),
      preview,
      step: () => {},
    });
  /** Of what was restored, by a Postgres that starts on it as a stack would. */
  const rowsOf = async ({ dataFolder }: Restored): Promise<number> => {
    await using restored = await loneCluster(dataFolder);
    return await count(restored);
  };

  before(async () => {
    cluster = await loneCluster();
    await cluster.query(
      'create table kept (id bigint generated always as identity primary key, text text not null)',
    );
    await insert(100);
    backups = await backupsOf(cluster);
    await isIn(backups, 'current');
    await backups.takeBase();
  });
  after(async () => {
    await backups.stop(0);
    await cluster[Symbol.asyncDispose]();
  });

  test('restore exactly what was committed before a moment, and the latest', async () => {
    await insert(5_000);
    await sleep(20);
    const moment = new Date();
    await sleep(20);
    await cluster.query('delete from kept where id > 50');
    await allStored();
    await until(() => Date.parse(backups.state().storedUntil ?? '') >= moment.getTime());
    const then = await restore(moment);
    assert.ok(then.lastCommitAt !== null && then.lastCommitAt <= moment);
    assert.ok(then.indexes > 100);
    assert.equal(await rowsOf(then), 5_100);
    assert.equal(await rowsOf(await restore('latest')), 50);
    assert.equal(await count(), 50);
  });

  test('say which moments can be restored when one can not, and refuse a folder that is used', async () => {
    const [span] = backups.state().window;
    assert.ok(span !== undefined);
    const long = new Date(Date.parse(span.from) - 60_000);
    await assert.rejects(restore(long), { code: 'backup_moment' });
    await assert.rejects(restore(long), (error: Error) => error.message.includes(span.from));
    await assert.rejects(restore(new Date(Date.now() + 3_600_000)), { code: 'backup_moment' });
    const archive = await archiveOf();
    const { stackKey } = cluster.secrets;
    await assert.rejects(
      restoreStack({
        archive,
        stackKey,
        moment: 'latest',
        into: cluster.data.root,
        preview: false,
        step: () => {},
      }),
      { code: 'config_invalid' },
    );
  });

  test('need the key of the stack', async () => {
    const other = path.join(cluster.root, 'other.key');
    await createKeyFile(other);
    const { root } = cluster.data;
    await assert.rejects(findArchive({ dataFolder: root, key: other }), { code: 'backup_key_wrong' });
    await assert.rejects(findArchive({ dataFolder: root, key: `${other}.none` }), {
      code: 'backup_key_wrong',
    });
    // The data folder is lost; what is left is a copy of the key and the folder of backups.
    const { archive } = await findArchive({
      dataFolder: path.join(cluster.root, 'lost'),
      from: cluster.data.backups,
      key: cluster.secrets.stackKey,
    });
    assert.equal((await archive.catalog()).bases.length, 1);
  });

  test('are restored on trial, with as many rows as were counted', async () => {
    const verification = await backups.verify();
    assert.equal(verification?.passed, true, verification?.message);
    assert.match(verification.message, /rows, as many as then; \d+ indexes in order/);
    assert.deepEqual(backups.state().verification, verification);
    assert.deepEqual(await readdir(cluster.data.scratch), []);
  });

  test('wait while they can not be stored, and lack nothing afterwards', async () => {
    const { backups: folder } = cluster.data;
    await rename(folder, `${folder}.away`);
    await insert(10);
    await isIn(backups, 'unreachable');
    assert.match(backups.state().problem ?? '', /Is its disk mounted|Is the disk of the backups there/);
    await insert(10);
    assert.equal(await count(), 70);
    // An empty folder, as a disk leaves it that is not mounted, is not taken for a new one.
    await sleep(1_500);
    assert.equal(backups.state().state, 'unreachable');
    await rm(folder, { recursive: true, force: true });
    await rename(`${folder}.away`, folder);
    await isIn(backups, 'current');
    await allStored();
    assert.equal(backups.state().window.length, 1);
    assert.equal(await rowsOf(await restore('latest')), 70);
  });

  test('lose nothing when the database is killed, and when the one that stores ends', async () => {
    await insert(10);
    await cluster.stop('SIGKILL');
    await cluster.start();
    await insert(10);
    await backups.stop(30_000);
    await insert(10);
    backups = await backupsOf(cluster);
    await isIn(backups, 'current');
    await allStored();
    assert.equal(backups.state().window.length, 1);
    assert.equal(await rowsOf(await restore('latest')), 100);
  });

  test('begin anew, with a base backup, when the database could not keep what they lack', async () => {
    await backups.stop(0);
    await cluster.query("select pg_drop_replication_slot('middle_backup')");
    // Enough that the log from before is gone.
    for (let round = 0; round < 3; round += 1) {
      await insert(10);
      await cluster.query('select pg_switch_wal()');
      await cluster.query('checkpoint');
    }
    backups = await backupsOf(cluster);
    await isIn(backups, 'current');
    await allStored();
    // It stops being one span when there is a base backup behind the gap.
    await backups.takeBase();
    await insert(5);
    await allStored();
    assert.equal(backups.state().window.length, 2);
    assert.equal(await rowsOf(await restore('latest')), 135);
  });

  test('find a page that the disk has damaged, and restore it whole', async () => {
    const [row] = await cluster.query<{ file: string }>("select pg_relation_filepath('kept') as file");
    await cluster.query('checkpoint');
    const file = path.join(cluster.data.postgres, 'data', row?.file ?? '');
    const handle = await open(file, 'r+');
    await handle.write(Buffer.from('damaged'), 0, 7, 4_000);
    await handle.close();
    await assert.rejects(backups.takeBase(), /damaged/);
    assert.match(backups.state().baseProblem ?? '', /middle restore --to latest/);
    await cluster.stop('SIGKILL');
    await cluster.start();
    await assert.rejects(count(), /invalid page/);
    const [failures] = await cluster.query<{ count: number }>(
      "select checksum_failures::int as count from pg_stat_database where datname = 'middle'",
    );
    assert.ok((failures?.count ?? 0) > 0);
    await isIn(backups, 'current');
    assert.equal(await rowsOf(await restore('latest')), 135);
  });

  test('say which of them is damaged, and fail the restore on trial', async () => {
    const settings = await keepBackupSettings(cluster.data);
    const folder = path.join(archiveFolder(cluster.data, settings), 'stored');
    const [largest = ''] = (
      await Promise.all(
        (await readdir(folder))
          .filter((name) => name.startsWith('base+'))
          .map(async (name) => ({ name, bytes: (await stat(path.join(folder, name))).size })),
      )
    )
      .toSorted((one, other) => other.bytes - one.bytes)
      .map(({ name }) => name);
    for (const name of (await readdir(folder)).filter(
      (one) => one.startsWith('base+') && !one.endsWith('manifest'),
    )) {
      const handle = await open(path.join(folder, name), 'r+');
      await handle.write(Buffer.from('x'), 0, 1, 1_000);
      await handle.close();
    }
    await assert.rejects(restore('latest'), { code: 'backup_damaged' });
    assert.ok(largest !== '');
    const verification = await backups.verify();
    assert.equal(verification?.passed, false);
    assert.match(verification.message, /damaged/);
    // Nothing half restored is left.
    assert.deepEqual(
      (await readdir(cluster.root)).filter((name) => name.endsWith('.restoring')),
      [],
    );
  });
});
