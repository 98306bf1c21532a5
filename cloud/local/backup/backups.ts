import { expired, spansOf, windowOf } from '@middle/core/backup/catalog.ts';
import { parseLsn } from '@middle/core/backup/lsn.ts';
import type { BackupState } from '@middle/core/backup/state.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import { withClient } from '@middle/store/client.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DataFolder } from '../data-folder.ts';
import { openArchive } from './archive.ts';
import type { Archive, StoredBase, StoredCatalog, StoredPiece } from './archive.ts';
import type { BackupJobs } from './jobs.ts';
import { OlderDatabase, archiveLog } from './log-archiver.ts';
import { archiveFolder, beginNewArchive, noteBegun } from './settings.ts';
import type { BackupSettings } from './settings.ts';
import { lastVerification } from './verify.ts';
import type { Verification } from './verify.ts';
import type { Progress, WalReceiver } from './wal-receiver.ts';

export interface BackupOptions {
  readonly data: DataFolder;
  readonly settings: BackupSettings;
  readonly key: Uint8Array;
  readonly superuser: DatabaseAddress;
  readonly jobs: BackupJobs;
  readonly clock: Clock;
  readonly log: Log;
}

const RETRY_MILLISECONDS = [1_000, 2_000, 5_000, 10_000, 30_000] as const;
/** A stream that lasted so long was no failed try. */
const STEADY_MILLISECONDS = 60_000;
const LOOK_MILLISECONDS = 15_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Until a base backup that failed, or a restore on trial that could not be made, is tried again. */
const AGAIN_MILLISECONDS = 10 * MINUTE;
const VERIFY_MILLISECONDS = 7 * DAY;
/** A new stack begins with the first after an hour: then there is something to replay. */
const FIRST_VERIFY_MILLISECONDS = 60 * MINUTE;
/** More than this not stored counts as behind: two segments. */
const BEHIND_BYTES = 32n * 1024n * 1024n;

/**
 * Keeps a stack backed up while it runs: stores the database's log all the time, takes a base backup each day, lets go
 * what no moment of the window needs, and restores on trial each week. What needs much memory is done by `jobs`.
 */
export class Backups {
  readonly #options: BackupOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<unknown>;
  #settings: BackupSettings;
  #archive: Archive | null = null;
  #catalog: StoredCatalog = { bases: [], pieces: [] };
  #receiver: WalReceiver | null = null;
  #progress: Progress | null = null;
  #state: BackupState['state'] = 'starting';
  #since: Date;
  #problem: string | null = null;
  #baseProblem: string | null = null;
  #verification: Verification | null = null;
  #notBefore = { base: 0, verify: 0 };
  /** One job at a time. */
  #working: Promise<unknown> = Promise.resolve();

  constructor(options: BackupOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#since = options.clock.now();
    this.#running = Promise.all([this.#keepLog(), this.#keepBases()]);
  }

  state(): BackupState {
    const { bases, pieces } = this.#catalog;
    const last = newest(bases);
    const waiting = this.#progress === null ? 0n : this.#progress.written - this.#progress.stored;
    const isBehind = this.#state === 'current' && waiting > BEHIND_BYTES;
    return {
      state: isBehind ? 'behind' : this.#state,
      since: this.#since.toISOString(),
      problem: this.#problem,
      folder: archiveFolder(this.#options.data, this.#settings),
      days: this.#settings.days,
      storedUntil: pieces.at(-1)?.at.toISOString() ?? null,
      waitingBytes: Number(waiting),
      storedBytes: bytesOf(pieces) + bases.reduce((sum, { parts }) => sum + bytesOf(parts), 0),
      window: windowOf(this.#catalog).map(({ from, to }) => ({
        from: from.toISOString(),
        to: to.toISOString(),
      })),
      lastBase:
        last === null
          ? null
          : {
              at: last.endedAt.toISOString(),
              bytes: bytesOf(last.parts),
              milliseconds: last.endedAt.getTime() - last.startedAt.getTime(),
            },
      baseProblem: this.#baseProblem,
      verification: this.#verification,
    };
  }

  /** Takes a base backup now. */
  async takeBase(): Promise<void> {
    await this.#alone(() => this.#takeBase());
    if (this.#baseProblem !== null) {
      throw new MiddleError('internal', `The base backup failed: ${this.#baseProblem}`);
    }
  }

  /** Restores on trial now. */
  verify(): Promise<Verification | null> {
    return this.#alone(() => this.#verify());
  }

  /** Ends; before that, what the database has committed is stored, when that takes no longer than so. */
  async stop(withinMilliseconds: number): Promise<void> {
    if (this.#receiver !== null && withinMilliseconds > 0) {
      const enough = new AbortController();
      await Promise.race([
        this.#storeAll(this.#receiver).catch(() => {}),
        this.#options.clock.sleep(withinMilliseconds, enough.signal),
      ]);
      enough.abort();
    }
    this.#stopping.abort();
    await this.#options.jobs.stop();
    await this.#running;
    await this.#working.catch(() => {});
  }

  async #storeAll(receiver: WalReceiver): Promise<void> {
    const written = await withClient(this.#options.superuser, async (client) => {
      const { rows } = await client.query<{ lsn: string }>('select pg_current_wal_flush_lsn()::text as lsn');
      return parseLsn(rows[0]?.lsn ?? '0/0');
    });
    await receiver.storeUntil(written);
  }

  async #keepLog(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const begin = clock.now().getTime();
      await this.#streamLog().catch((error: unknown) => {
        if (!signal.aborted) this.#failed(error);
      });
      this.#receiver = null;
      failures = clock.now().getTime() - begin > STEADY_MILLISECONDS ? 1 : failures + 1;
      await clock.sleep(RETRY_MILLISECONDS[Math.min(failures, RETRY_MILLISECONDS.length) - 1] ?? 0, signal);
    }
  }

  async #streamLog(): Promise<void> {
    const { superuser, clock, data } = this.#options;
    const archive = await this.#open();
    try {
      await archiveLog({
        archive,
        superuser,
        clock,
        pieces: { all: () => this.#catalog.pieces, replace: (gone, added) => this.#replace(gone, [added]) },
        signal: this.#stopping.signal,
        opened: (receiver) => {
          this.#receiver = receiver;
        },
        told: (progress) => {
          // A stream that is open stores nothing yet: the disk may still be full.
          const isStored = progress.stored > (this.#progress?.stored ?? progress.stored);
          if (isStored || progress.stored >= progress.written) this.#enter('current', null);
          this.#progress = progress;
        },
      });
    } catch (error) {
      if (error instanceof OlderDatabase) this.#settings = await beginNewArchive(data, this.#settings);
      throw error;
    }
  }

  /** Anew after each failure: what could not be stored may be there all the same. */
  async #open(): Promise<Archive> {
    const { data, key } = this.#options;
    const folder = archiveFolder(data, this.#settings);
    const archive = await openArchive({ folder, key, mode: this.#settings.begun ? 'clear' : 'make' });
    if (!this.#settings.begun) this.#settings = await noteBegun(data, this.#settings);
    this.#catalog = await archive.catalog();
    this.#verification = await lastVerification(archive);
    this.#archive = archive;
    return archive;
  }

  #failed(error: unknown): void {
    const problem = withHint(error);
    const isNews = this.#problem !== problem;
    this.#enter('unreachable', problem);
    if (!isNews) return;
    this.#options.log({ level: 'warn', code: 'backup.unreachable', message: `Backups wait: ${problem}` });
  }

  #enter(state: BackupState['state'], problem: string | null): void {
    if (this.#state !== state) this.#since = this.#options.clock.now();
    if (this.#state === 'unreachable' && state === 'current') {
      this.#options.log({ level: 'info', code: 'backup.reachable', message: 'Backups go on.' });
    }
    this.#state = state;
    this.#problem = problem;
  }

  async #keepBases(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await clock.sleep(LOOK_MILLISECONDS, signal);
      if (signal.aborted || this.#archive === null || this.#state !== 'current') continue;
      const now = clock.now().getTime();
      try {
        if (now >= this.#notBefore.base && this.#isBaseDue(now)) await this.#alone(() => this.#takeBase());
        if (now >= this.#notBefore.verify && this.#isVerificationDue(now))
          await this.#alone(() => this.#verify());
        await this.#expire();
      } catch (error) {
        if (!signal.aborted) log({ level: 'warn', code: 'backup.failed', message: messageOf(error) });
      }
    }
  }

  /** None of the last day leads up to now. */
  #isBaseDue(now: number): boolean {
    const { pieces } = this.#catalog;
    const last = spansOf(this.#catalog).at(-1);
    const isUnbroken = last !== undefined && last.span.to >= (pieces.at(-1)?.at ?? last.span.to);
    return !isUnbroken || now - last.base.endedAt.getTime() >= DAY;
  }

  #isVerificationDue(now: number): boolean {
    const first = spansOf(this.#catalog)[0]?.base.endedAt.getTime();
    if (first === undefined) return false;
    if (this.#verification === null) return now - first >= FIRST_VERIFY_MILLISECONDS;
    return now - Date.parse(this.#verification.at) >= VERIFY_MILLISECONDS;
  }

  async #takeBase(): Promise<void> {
    const { jobs, clock, log } = this.#options;
    const archive = this.#archive;
    if (archive === null)
      throw new MiddleError('backup_unreachable', this.#problem ?? 'Backups are starting.');
    try {
      await jobs.run('base', archive.folder);
      this.#baseProblem = null;
      const { bases } = await archive.catalog();
      this.#catalog = { ...this.#catalog, bases };
      log({ level: 'info', code: 'backup.base', message: 'A base backup was taken.' });
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#baseProblem = withHint(error);
      this.#notBefore.base = clock.now().getTime() + AGAIN_MILLISECONDS;
      log({
        level: 'error',
        code: 'backup.base_failed',
        message: `The base backup failed: ${this.#baseProblem}`,
      });
    }
  }

  async #verify(): Promise<Verification | null> {
    const { jobs, clock, log } = this.#options;
    const archive = this.#archive;
    if (archive === null)
      throw new MiddleError('backup_unreachable', this.#problem ?? 'Backups are starting.');
    this.#notBefore.verify = clock.now().getTime() + AGAIN_MILLISECONDS;
    await jobs.run('verify', archive.folder);
    this.#verification = await lastVerification(archive);
    if (this.#verification?.passed === false) {
      log({
        level: 'error',
        code: 'backup.unverified',
        message: `The backups could not be restored on trial: ${this.#verification.message}`,
      });
    }
    return this.#verification;
  }

  async #expire(): Promise<void> {
    const archive = this.#archive;
    if (archive === null) return;
    const gone = expired(this.#catalog, this.#options.clock.now(), this.#settings.days * DAY);
    // What makes it a base backup goes first, and before the log that it would need.
    for (const { id, parts, files } of gone.bases) {
      await archive.vault.delete(`base/${id}/manifest`);
      for (const { name } of [...parts, ...files]) await archive.vault.delete(name);
      this.#catalog = { ...this.#catalog, bases: this.#catalog.bases.filter((base) => base.id !== id) };
    }
    for (const { name } of gone.pieces) await archive.vault.delete(name);
    this.#replace(gone.pieces, []);
  }

  #replace(gone: readonly StoredPiece[], added: readonly StoredPiece[]): void {
    const { pieces } = this.#catalog;
    const left = gone.length === 0 ? pieces : pieces.filter((piece) => !gone.includes(piece));
    this.#catalog = { ...this.#catalog, pieces: [...left, ...added] };
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#working.catch(() => {}).then(work);
    this.#working = done;
    return done;
  }
}

/** What is wrong, and what to do. */
function withHint(error: unknown): string {
  const hint = error instanceof MiddleError && error.hint !== undefined ? ` ${error.hint}` : '';
  return `${messageOf(error)}${hint}`;
}

function newest(bases: readonly StoredBase[]): StoredBase | null {
  return bases.toSorted((one, other) => one.endedAt.getTime() - other.endedAt.getTime()).at(-1) ?? null;
}

function bytesOf(stored: readonly { readonly bytes: number }[]): number {
  return stored.reduce((sum, { bytes }) => sum + bytes, 0);
}
