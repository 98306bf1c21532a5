import { access, readFile, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { planRestore, windowOf } from '@middle/core/backup/catalog.ts';
import type { Span } from '@middle/core/backup/catalog.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { withClient } from '@middle/store/client.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { openDataFolder, openSecrets } from '../data-folder.ts';
import { syncFolder, writeDurably } from '../files.ts';
import type { Archive, StoredBase } from './archive.ts';
import { checkIndexes } from './check-indexes.ts';
import { recoverCluster } from './recover.ts';
import { writeOrigin } from './origin.ts';
import { unpackCluster } from './unpack.ts';

export interface RestoreOptions {
  readonly archive: Archive;
  /** The file with the key of the stack that the backups are of. */
  readonly stackKey: string;
  readonly moment: Date | 'latest';
  /** The new data folder: empty, or not there yet. */
  readonly into: string;
  /** The new stack only shows what was: see origin.ts. */
  readonly preview: boolean;
  readonly step: (name: string, milliseconds: number) => void;
}

export interface Restored {
  readonly dataFolder: string;
  /** What was asked for. */
  readonly moment: Date | 'latest';
  /** Of the last transaction that is in it; null when nothing was committed since the base backup. */
  readonly lastCommitAt: Date | null;
  readonly base: { readonly id: string; readonly endedAt: Date };
  readonly logBytes: number;
  readonly indexes: number;
  readonly milliseconds: number;
}

/**
 * Builds a data folder with the stack as it was at a moment. Nothing of it is there under its name before all of it is.
 * Its database has passwords of its own; the key is the stack's, since credentials in the database are sealed with it.
 */
export async function restoreStack(options: RestoreOptions): Promise<Restored> {
  const { archive, moment } = options;
  const begin = performance.now();
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const result = await work();
    options.step(name, performance.now() - from);
    return result;
  };
  const into = path.resolve(options.into);
  await refuseUsed(into);
  const catalog = await archive.catalog();
  const plan = planRestore(catalog, moment);
  if (plan === null) throw outside(moment, windowOf(catalog));
  const { base, pieces } = plan;
  const workshop = `${into}.restoring`;
  await rm(workshop, { recursive: true, force: true });
  try {
    const data = await openDataFolder(workshop);
    await writeDurably(path.join(data.keys, 'stack.key'), await readFile(options.stackKey, 'utf8'));
    const { passwords } = await openSecrets(data);
    await unpackCluster({ vault: archive.vault, base, pieces, folder: data.postgres, step: options.step });
    const from = performance.now();
    const outcome = await recoverCluster(
      data.postgres,
      moment === 'latest' ? moment : { time: moment },
      async (superuser) => {
        options.step('replay', performance.now() - from);
        const indexes = await timed('check', () => checkIndexes(superuser));
        return { indexes, lastCommitAt: await finish(superuser, passwords.superuser) };
      },
    );
    await writeOrigin(data, {
      archive: path.basename(archive.folder),
      moment: (moment === 'latest' ? latest(base, pieces) : moment).toISOString(),
      restoredAt: new Date().toISOString(),
      preview: options.preview,
    });
    await rmdir(into).catch(() => {});
    await rename(workshop, into);
    await syncFolder(path.dirname(into));
    return {
      dataFolder: into,
      moment,
      ...outcome,
      base: { id: base.id, endedAt: base.endedAt },
      logBytes: pieces.reduce((sum, { start, end }) => sum + Number(end - start), 0),
      milliseconds: Math.round(performance.now() - begin),
    };
  } catch (error) {
    await rm(workshop, { recursive: true, force: true });
    throw error;
  }
}

function latest(base: StoredBase, pieces: readonly { readonly at: Date }[]): Date {
  return pieces.at(-1)?.at ?? base.endedAt;
}

async function refuseUsed(into: string): Promise<void> {
  const isFree = await rmdir(into).then(
    () => true,
    () =>
      access(into).then(
        () => false,
        () => true,
      ),
  );
  if (isFree) return;
  throw new MiddleError('config_invalid', `${into} is not empty.`, {
    hint: 'A restore makes a new data folder, and changes none: name a folder that is not there yet with --into DIR.',
  });
}

/** @returns when the last transaction was committed that was replayed. */
function finish(superuser: DatabaseAddress, password: string): Promise<Date | null> {
  return withClient(superuser, async (client) => {
    const { rows } = await client.query<{ at: Date | null }>('select pg_last_xact_replay_timestamp() as at');
    await client.query("set log_min_error_statement = 'panic'");
    await client.query(`alter role postgres password ${client.escapeLiteral(password)}`);
    return rows[0]?.at ?? null;
  });
}

function outside(moment: Date | 'latest', window: readonly Span[]): MiddleError {
  const spans = window.map(({ from, to }) => `${from.toISOString()} to ${to.toISOString()}`);
  if (spans.length === 0) {
    return new MiddleError('backup_missing', 'There is no complete backup yet.', {
      hint: 'A running stack makes its first within a minute; `middle backup now` makes one at once.',
    });
  }
  const asked = moment === 'latest' ? 'The latest moment' : moment.toISOString();
  return new MiddleError(
    'backup_moment',
    `${asked} can't be restored. What can be: ${spans.join(', and ')}.`,
    {
      data: { window: window.map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() })) },
    },
  );
}
