import { parseLsn } from '@middle/core/backup/lsn.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { withClient } from '@middle/store/client.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import type { Clock } from '../../ports/clock.ts';
import { writeManifest } from './archive.ts';
import type { Archive, StoredBase } from './archive.ts';
import { countRows } from './count-rows.ts';
import { PartWriter } from './part-writer.ts';
import { openReplication } from './replication.ts';

/** Kilobytes a second that are read from the disk at most: the stack goes on working meanwhile. */
const RATE = 100_000;

/**
 * Copies all files of a database that is at work. Postgres checks the checksum of every page on the way, so a page that
 * the disk has damaged is found here at the latest.
 */
export async function takeBaseBackup(options: {
  readonly archive: Archive;
  readonly superuser: DatabaseAddress;
  readonly release: string;
  readonly clock: Clock;
}): Promise<StoredBase> {
  const { archive, superuser, release, clock } = options;
  const startedAt = clock.now();
  const id = String(startedAt.getTime());
  const { postgres, segmentBytes } = await describe(superuser);
  const tar = new PartWriter(archive.vault, `base/${id}/`);
  const files = new PartWriter(archive.vault, `base/${id}/files`);
  const replication = await openReplication(superuser);
  try {
    let plainBytes = 0;
    let archives = 0;
    let writer = tar;
    const rows = await replication.stream(COMMAND, async (message) => {
      const kind = String.fromCharCode(message[0] ?? 0);
      if (kind === 'n' && (archives += 1) > 1) {
        throw new MiddleError('config_invalid', 'A database with tablespaces is not backed up.');
      }
      if (kind === 'm') writer = files;
      if (kind !== 'd') return;
      plainBytes += message.length - 1;
      await writer.write(message.subarray(1));
    });
    await tar.end();
    await files.end();
    const [start, end] = [rows[0], rows.at(-1)];
    const base = {
      id,
      release,
      postgres,
      timeline: Number(start?.[1]),
      startLsn: parseLsn(start?.[0] ?? ''),
      endLsn: parseLsn(end?.[0] ?? ''),
      startedAt,
      endedAt: clock.now(),
      segmentBytes,
      parts: tar.parts,
      files: files.parts,
      plainBytes,
      counted: await countRows(superuser, `middle_${id}`),
    };
    await writeManifest(archive.vault, base);
    return base;
  } catch (error) {
    await tar.abandon();
    await files.abandon();
    throw explained(error);
  } finally {
    await replication.close();
  }
}

const COMMAND = `BASE_BACKUP (LABEL 'middle', CHECKPOINT 'fast', WAIT false, MAX_RATE ${RATE},
  MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256')`;

async function describe(superuser: DatabaseAddress): Promise<{ postgres: string; segmentBytes: number }> {
  return withClient(superuser, async (client) => {
    const { rows } = await client.query<{ postgres: string; segmentBytes: number }>(
      `select current_setting('server_version') as postgres, setting::int as "segmentBytes"
      from pg_settings where name = 'wal_segment_size'`,
    );
    const [found] = rows;
    if (found === undefined) throw new MiddleError('internal', 'the database says nothing of itself');
    return found;
  });
}

function explained(error: unknown): unknown {
  const said = messageOf(error);
  if (!said.includes('checksum verification failure')) return error;
  return new MiddleError('database_damaged', `Files of the database are damaged: ${said}.`, {
    hint: 'Restore the stack from its backups: `middle restore --to latest --into NEWDIR`. What was written to the log since the last good base backup is replayed, and damaged pages are made anew.',
    cause: error,
  });
}
