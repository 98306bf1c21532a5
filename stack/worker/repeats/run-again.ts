import type { Clock } from '@middle/cloud/ports/clock.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { REPEAT_REFUSALS } from '@middle/core/workflow/again.ts';
import { prepareRepeat, startRepeat } from '@middle/store/executions/again.ts';
import type { AgainDeps, AgainRequest, PreparedRepeat } from '@middle/store/executions/again.ts';
import {
  countEnded,
  existing,
  lockAgain,
  moveAgainRun,
  pageEnded,
  readAgainRun,
  readKinship,
  repeatId,
} from '@middle/store/executions/again-many.ts';
import type { AgainProgress, Kinship, SkipReason } from '@middle/store/executions/again-many.ts';
import type { ExecutionFilter } from '@middle/store/executions/history.ts';
import { readWithLog, readWithoutLog } from '@middle/store/executions/recorded.ts';
import { announceExecutions, BULK_PRIORITY } from '@middle/store/executions/start.ts';
import type { Queryable } from '@middle/store/database.ts';
import type { JobContext } from '../jobs/runner.ts';

export interface RunAgainDeps extends AgainDeps {
  readonly clock: Clock;
}

/** What a person asked for: the input of a job `run_again`. */
export interface RunAgainInput {
  readonly accountId: string;
  readonly filter: Omit<ExecutionFilter, 'accountId' | 'from' | 'to'> & {
    readonly from?: string;
    readonly to?: string;
  };
  readonly from: 'start' | 'end';
  readonly version: AgainRequest['version'];
  readonly perMinute: number;
  readonly dryRun: boolean;
  readonly by: string;
}

export interface RunAgainJob {
  readonly id: string;
  readonly queuedAt: Date;
  readonly input: RunAgainInput;
}

export interface AgainSummary {
  readonly dryRun: boolean;
  readonly looked: number;
  readonly begun: number;
  readonly skipped: AgainProgress['skipped'];
}

/** Executions looked at in one transaction; fewer when what their steps gave is read with them. */
const PAGE_MAX = { start: 100, end: 20 } as const;
const MINUTE_MILLISECONDS = 60_000;

/**
 * Runs executions again, page by page. The repeats of a page and the place behind it are written in one transaction: a
 * worker that ends leaves whole pages, and the next one goes on behind them.
 */
export async function runAgain(
  deps: RunAgainDeps,
  job: RunAgainJob,
  context: JobContext,
): Promise<AgainSummary> {
  return new RunAgain(deps, job, context).run();
}

interface Candidate {
  readonly id: string;
  readonly endedIn: string | null;
}

type Verdict = { readonly repeat: PreparedRepeat } | { readonly skip: SkipReason };

class RunAgain {
  readonly #deps: RunAgainDeps;
  readonly #job: RunAgainJob;
  readonly #context: JobContext;
  readonly #filter: ExecutionFilter;
  /** Families of which one is begun, or would be: of a dry run all, else those of the page; others are in the database. */
  #roots = new Set<string>();

  constructor(deps: RunAgainDeps, job: RunAgainJob, context: JobContext) {
    this.#deps = deps;
    this.#job = job;
    this.#context = context;
    const { accountId } = job.input;
    const { from, to, ...filter } = job.input.filter;
    this.#filter = {
      ...filter,
      accountId,
      ...(from !== undefined && { from: new Date(from) }),
      ...(to !== undefined && { to: new Date(to) }),
    };
  }

  async run(): Promise<AgainSummary> {
    const { database, clock } = this.#deps;
    const { signal, progress: tell } = this.#context;
    const { dryRun, perMinute } = this.#job.input;
    const total = await countEnded(database, this.#filter, this.#job.queuedAt);
    let progress = dryRun ? NOTHING : await readAgainRun(database, this.#job.id);
    // Begun in a minute by the one that had the job before: it may have been this very moment.
    if (progress.begun > 0) await clock.sleep(MINUTE_MILLISECONDS / perMinute, signal);
    while (!progress.isRead) {
      signal.throwIfAborted();
      const before = progress.begun;
      progress = await this.#page(progress);
      tell({ done: progress.looked, total });
      const pause = ((progress.begun - before) * MINUTE_MILLISECONDS) / perMinute;
      if (!dryRun && pause > 0 && !progress.isRead) await clock.sleep(pause, signal);
    }
    const { looked, begun, skipped } = progress;
    return { dryRun, looked, begun, skipped };
  }

  async #page(from: AgainProgress): Promise<AgainProgress> {
    const { database } = this.#deps;
    const { dryRun, perMinute, from: begins } = this.#job.input;
    // A second's worth at a time, so that what it begins is spread evenly.
    const most = PAGE_MAX[begins];
    const limit = dryRun ? most : Math.max(1, Math.min(most, Math.floor(perMinute / 60)));
    const { queuedAt } = this.#job;
    const page = { before: queuedAt, afterId: from.afterId, limit };
    const candidates = await pageEnded(database, this.#filter, page);
    const prepared = await this.#prepare(candidates);
    if (dryRun) {
      const verdicts = await this.#judge(database, candidates, prepared);
      return after(from, candidates, verdicts, candidates.length < limit);
    }
    return database.transaction(async (client) => {
      await lockAgain(client, this.#job.input.accountId);
      const verdicts = await this.#judge(client, candidates, prepared);
      for (const verdict of verdicts) if ('repeat' in verdict) await startRepeat(client, verdict.repeat);
      const to = after(from, candidates, verdicts, candidates.length < limit);
      if (to.begun > from.begun) await announceExecutions(client);
      if (await moveAgainRun(client, this.#job.id, from, to)) return to;
      throw new MiddleError('internal', 'another worker has gone on with this job');
    });
  }

  /** Before the transaction: reading and sealing take their time. */
  async #prepare(candidates: readonly Candidate[]): Promise<ReadonlyMap<string, Verdict>> {
    const { database } = this.#deps;
    const kin = await readKinship(database, idsOf(candidates));
    const verdicts = new Map<string, Verdict>();
    for (const candidate of candidates) {
      this.#context.signal.throwIfAborted();
      const own = kin.get(candidate.id);
      const skip = reasonIn(own, false);
      if (skip !== null) verdicts.set(candidate.id, { skip });
      else verdicts.set(candidate.id, await this.#prepareOne(candidate, own?.root ?? candidate.id));
    }
    return verdicts;
  }

  async #prepareOne({ id, endedIn }: Candidate, root: string): Promise<Verdict> {
    const { from, version, by } = this.#job.input;
    try {
      const kept = await (from === 'end' ? readWithLog : readWithoutLog)(this.#deps.database, id);
      // One that ended behind its last step, or before its first, has no step to begin from.
      const place = kept.log.some((step) => step.place === endedIn) ? endedIn : null;
      const repeat = await prepareRepeat(this.#deps, kept, {
        id: repeatId(this.#job.id, root),
        from: from === 'end' ? place : null,
        version,
        by,
        priority: BULK_PRIORITY,
      });
      return { repeat };
    } catch (error) {
      const skip = skipOf(error);
      if (skip === null) throw error;
      return { skip };
    }
  }

  /** What is true by now, under the account's lock: another job may have begun one meanwhile. */
  async #judge(
    db: Queryable,
    candidates: readonly Candidate[],
    prepared: ReadonlyMap<string, Verdict>,
  ): Promise<readonly Verdict[]> {
    const kin = await readKinship(db, idsOf(candidates));
    if (!this.#job.input.dryRun) this.#roots = new Set();
    const there = await existing(
      db,
      candidates.map(({ id }) => repeatId(this.#job.id, kin.get(id)?.root ?? id)),
    );
    return candidates.map(({ id }) => {
      const own = kin.get(id);
      const root = own?.root ?? id;
      const isOurs = this.#roots.has(root) || there.has(repeatId(this.#job.id, root));
      const skip = reasonIn(own, isOurs);
      if (skip !== null) return { skip };
      const verdict = prepared.get(id) ?? { skip: 'expired' };
      if ('repeat' in verdict) this.#roots.add(root);
      return verdict;
    });
  }
}

const NOTHING: AgainProgress = { afterId: null, isRead: false, looked: 0, begun: 0, skipped: {} };

function idsOf(candidates: readonly Candidate[]): readonly string[] {
  return candidates.map(({ id }) => id);
}

function reasonIn(kin: Kinship | undefined, isOurs: boolean): SkipReason | null {
  if (kin?.succeededSince === true) return 'succeeded_since';
  if (isOurs) return 'run_again_by_this_job';
  return kin?.isUnderWay === true ? 'repeat_under_way' : null;
}

const CODES = ['unsealing_failed', 'execution_limit'] as const;

/** What is wrong with one execution is no reason to stop for the others. */
function skipOf(error: unknown): SkipReason | null {
  if (!(error instanceof MiddleError)) return null;
  const { code, data } = error;
  if (code === 'repeat_refused') return REPEAT_REFUSALS.find((reason) => reason === data['reason']) ?? null;
  if (code === 'not_found') return 'expired';
  return CODES.find((one) => one === code) ?? null;
}

function after(
  from: AgainProgress,
  candidates: readonly Candidate[],
  verdicts: readonly Verdict[],
  isRead: boolean,
): AgainProgress {
  const skipped = { ...from.skipped };
  for (const verdict of verdicts) {
    if ('skip' in verdict) skipped[verdict.skip] = (skipped[verdict.skip] ?? 0) + 1;
  }
  return {
    afterId: candidates.at(-1)?.id ?? from.afterId,
    isRead,
    looked: from.looked + candidates.length,
    begun: from.begun + verdicts.filter((verdict) => 'repeat' in verdict).length,
    skipped,
  };
}
