import type { Search } from '@middle/cloud/ports/search.ts';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import { clearAlert, raiseAlert } from '@middle/store/alerts/open-close.ts';
import type { Database } from '@middle/store/database.ts';
import type { Listener } from '@middle/store/listen.ts';
import { deleteConsumedBatches, holdConsumer, releaseConsumer } from '@middle/store/outbox.ts';
import type { Consumer, Place } from '@middle/store/outbox.ts';
import { listRecordSetIds } from '@middle/store/search-source.ts';
import type { JobHandlers } from '../jobs/runner.ts';
import { Waker } from '../wake.ts';
import { addResults, checkPage, differencesOf, NO_DIFFERENCE } from './check.ts';
import type { CheckResult } from './check.ts';
import { consume } from './consume.ts';
import { Feed } from './feed.ts';

export interface SearchIndexerDeps {
  readonly database: Database;
  readonly listener: Listener;
  /** Opened for writing. */
  readonly search: Search;
  readonly log: Log;
  readonly clock: Clock;
  /** This process's name, unique among those of the stack. */
  readonly worker: string;
  readonly leaseSeconds?: number;
  readonly pollMilliseconds?: number;
  /** Between two self-checks of all record sets. */
  readonly checkMilliseconds?: number;
}

export interface SearchIndexer {
  /** For startJobs: search_rebuild and search_check; their subject is a record set's id, or empty for all. */
  readonly jobs: JobHandlers;
  /** Takes in all changes that are older than every running transaction. */
  catchUp(): Promise<void>;
  check(recordSets: readonly number[], told: Told): Promise<CheckResult>;
  rebuild(
    recordSets: readonly number[],
    told: Told,
  ): Promise<{ readonly recordSets: number; readonly records: number }>;
  stop(): Promise<void>;
}

export interface Told {
  readonly signal: AbortSignal;
  readonly progress: (progress: { readonly done: number; readonly total: number | null }) => void;
}

const CONSUMER = 'search';
const LEASE_SECONDS = 10;
/** Notifications wake the indexer at once; this is for those that got lost. */
const POLL_MILLISECONDS = 1_000;
/** While a change waits for an older transaction to end, of which no notification tells. */
const HELD_MILLISECONDS = 20;
const RETRY_MILLISECONDS = 1_000;
const CHECK_MILLISECONDS = 600_000;
/** Between two pages of a self-check that runs by itself, so that it stays in the background. */
const CHECK_PAUSE_MILLISECONDS = 50;
const UPKEEP_MILLISECONDS = 30_000;
const DELETE_BATCHES = 5_000;

/** Feeds the search index from the outbox. Of several processes one does it at a time, by a lease. */
export function startSearchIndexer(deps: SearchIndexerDeps): SearchIndexer {
  return new Indexer(deps);
}

class Indexer implements SearchIndexer {
  readonly #deps: SearchIndexerDeps;
  readonly #feed: Feed;
  readonly #stopping = new AbortController();
  readonly #waker = new Waker();
  readonly #unlisten: () => void;
  readonly #loops: Promise<unknown>;
  #consumer: Consumer | null = null;
  #ahead: Place | null = null;
  #heldAt = 0;
  #upkeepAt = -Infinity;

  constructor(deps: SearchIndexerDeps) {
    this.#deps = deps;
    this.#feed = new Feed(deps.database, deps.search);
    this.#unlisten = deps.listener.on('middle_change', () => this.#waker.wake());
    this.#loops = Promise.all([this.#consumeLoop(), this.#checkLoop()]);
  }

  get jobs(): JobHandlers {
    const sets = async (subject: string) =>
      subject === '' ? listRecordSetIds(this.#deps.database) : [Number.parseInt(subject, 10)];
    return {
      search_rebuild: async (job, context) => this.rebuild(await sets(job.subject), context),
      search_check: async (job, context) => this.check(await sets(job.subject), context),
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#unlisten();
    await this.#loops;
    await releaseConsumer(this.#deps.database, { name: CONSUMER, owner: this.#deps.worker }).catch(() => {});
  }

  async catchUp(): Promise<void> {
    while (!this.#stopping.signal.aborted && (await this.#consumeOnce()).batches > 0);
  }

  async check(recordSets: readonly number[], told: Told): Promise<CheckResult> {
    let total = NO_DIFFERENCE;
    for (const recordSet of recordSets) {
      const result = await this.#checkSet(recordSet, told.signal, 0, (compared) =>
        told.progress({ done: total.compared + compared, total: null }),
      );
      total = addResults(total, result);
    }
    return total;
  }

  async rebuild(recordSets: readonly number[], told: Told) {
    let records = 0;
    for (const recordSet of recordSets) {
      const before = records;
      records += await this.#feed.rebuild(recordSet, {
        signal: told.signal,
        progress: (done) => told.progress({ done: before + done, total: null }),
      });
    }
    return { recordSets: recordSets.length, records };
  }

  async #consumeLoop(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#waker.reset();
      try {
        const { batches, held } = await this.#consumeOnce();
        const poll = held ? HELD_MILLISECONDS : (this.#deps.pollMilliseconds ?? POLL_MILLISECONDS);
        if (batches === 0) await this.#waker.sleep(poll, signal);
      } catch (error) {
        this.#consumer = null;
        this.#deps.log({ level: 'warn', code: 'search.index_failed', message: messageOf(error) });
        await this.#deps.clock.sleep(RETRY_MILLISECONDS, signal);
      }
    }
  }

  /** One round under the lease: how many batches it took in, and whether more wait for a transaction to end. */
  #consumeOnce(): Promise<{ readonly batches: number; readonly held: boolean }> {
    return this.#feed.step(async () => {
      const { database } = this.#deps;
      const leaseSeconds = this.#deps.leaseSeconds ?? LEASE_SECONDS;
      if (this.#consumer === null || performance.now() - this.#heldAt > (leaseSeconds * 1_000) / 3) {
        this.#heldAt = performance.now();
        this.#consumer = await holdConsumer(database, {
          name: CONSUMER,
          owner: this.#deps.worker,
          leaseSeconds,
        });
      }
      if (this.#consumer === null) return { batches: 0, held: false };
      const consumed = await consume(database, this.#feed, this.#consumer, this.#ahead);
      this.#consumer = consumed.consumer;
      this.#ahead = consumed.ahead;
      if (consumed.batches > 0) {
        await deleteConsumedBatches(database, DELETE_BATCHES);
        this.#deps.log({
          level: 'debug',
          code: 'search.indexed',
          message: `indexed ${consumed.ids} records`,
          data: { batches: consumed.batches, records: consumed.ids, oldest: consumed.oldest },
        });
      }
      return consumed;
    });
  }

  async #checkLoop(): Promise<void> {
    const { signal } = this.#stopping;
    let checkedAt = performance.now();
    while (!signal.aborted) {
      try {
        if (this.#consumer !== null && performance.now() - this.#upkeepAt > UPKEEP_MILLISECONDS)
          await this.#upkeep();
        if (
          this.#consumer !== null &&
          performance.now() - checkedAt > (this.#deps.checkMilliseconds ?? CHECK_MILLISECONDS)
        ) {
          checkedAt = performance.now();
          for (const recordSet of await listRecordSetIds(this.#deps.database)) {
            await this.#checkSet(recordSet, signal, CHECK_PAUSE_MILLISECONDS, () => {});
          }
        }
      } catch (error) {
        if (!signal.aborted)
          this.#deps.log({ level: 'warn', code: 'search.check_failed', message: messageOf(error) });
      }
      await this.#deps.clock.sleep(this.#deps.pollMilliseconds ?? POLL_MILLISECONDS, signal);
    }
  }

  /** Fills record sets that the index doesn't have whole, drops those that are gone, says how far behind it is. */
  async #upkeep(): Promise<void> {
    const { database, search, log } = this.#deps;
    const wanted = await listRecordSetIds(database);
    const complete = await search.complete();
    for (const recordSet of complete) if (!wanted.includes(recordSet)) await search.dropRecordSet(recordSet);
    for (const recordSet of wanted) {
      if (complete.includes(recordSet)) continue;
      const records = await this.#feed.rebuild(recordSet, {
        signal: this.#stopping.signal,
        progress: () => {},
      });
      log({
        level: 'info',
        code: 'search.built',
        message: `built the index of record set ${recordSet}`,
        data: { recordSet, records },
      });
    }
    this.#upkeepAt = performance.now();
  }

  async #checkSet(
    recordSet: number,
    signal: AbortSignal,
    pause: number,
    progress: (compared: number) => void,
  ): Promise<CheckResult> {
    const { database, search, clock, log } = this.#deps;
    const deps = { database, search, feed: this.#feed, catchUp: () => this.catchUp() };
    let total = NO_DIFFERENCE;
    for (let after: string | null = ''; after !== null;) {
      signal.throwIfAborted();
      const page: Awaited<ReturnType<typeof checkPage>> = await checkPage(deps, recordSet, after);
      total = addResults(total, page.result);
      progress(total.compared);
      after = page.next;
      if (pause > 0 && after !== null) await clock.sleep(pause, signal);
    }
    const subject = `record_set:${recordSet}`;
    const differences = differencesOf(total);
    if (differences === 0) await clearAlert(database, 'search_drift', subject);
    else {
      const message = `the search index differed from the records in ${differences} places, and was repaired`;
      await raiseAlert(database, { kind: 'search_drift', subject, message, data: { ...total } });
      log({ level: 'warn', code: 'search.drift', message, data: { recordSet, ...total } });
    }
    return total;
  }
}
