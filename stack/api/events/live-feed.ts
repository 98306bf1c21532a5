import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@middle/store/database.ts';
import { readMoves } from '@middle/store/executions/moves.ts';
import { listOpenRuns } from '@middle/store/sync-history.ts';
import type { RunView } from '@middle/store/sync-history.ts';
import type { Queues } from '@middle/cloud/ports/queue.ts';
import { appQueues } from '../queues/depths.ts';
import type { AppQueue } from '../queues/depths.ts';

/** Of everything; each watcher leaves out what its person may not see. */
export type FeedEvent =
  | { readonly kind: 'run'; readonly run: RunView }
  | { readonly kind: 'queues'; readonly queues: readonly AppQueue[] }
  | { readonly kind: 'executions'; readonly accountId: string; readonly workflowId: string };

const LOOK_MILLISECONDS = 1_000;

/** Looks once a second while somebody watches, however many do, and tells each of them what changed. */
export class LiveFeed {
  readonly #deps: { readonly database: Database; readonly queues: Queues };
  readonly #watchers = new Set<(events: readonly FeedEvent[]) => void>();
  readonly #failed: (error: unknown) => void;
  #runs = new Map<string, RunView>();
  /** Null: not looked yet. */
  #queues: readonly AppQueue[] | null = null;
  /** How far the executions of each workflow have moved; null: not looked yet. */
  #moves: ReadonlyMap<string, string> | null = null;
  #looking = false;

  constructor(
    deps: { readonly database: Database; readonly queues: Queues },
    failed: (error: unknown) => void,
  ) {
    this.#deps = deps;
    this.#failed = failed;
  }

  /** Calls `tell` with everything there is, then with each change. Returns how to stop. */
  watch(tell: (events: readonly FeedEvent[]) => void): () => void {
    const first = this.#watchers.size === 0;
    this.#watchers.add(tell);
    if (!first || this.#looking) tell(this.#everything());
    if (!this.#looking) void this.#look();
    return () => void this.#watchers.delete(tell);
  }

  #everything(): readonly FeedEvent[] {
    const runs = [...this.#runs.values()].map((run) => ({ kind: 'run' as const, run }));
    return this.#queues === null ? runs : [...runs, { kind: 'queues', queues: this.#queues }];
  }

  async #look(): Promise<void> {
    this.#looking = true;
    this.#runs = new Map();
    this.#queues = null;
    this.#moves = null;
    while (this.#watchers.size > 0) {
      try {
        const events = await this.#changes();
        if (events.length > 0) for (const tell of this.#watchers) tell(events);
      } catch (error) {
        this.#failed(error);
      }
      await sleep(LOOK_MILLISECONDS, undefined, { ref: false });
    }
    this.#looking = false;
  }

  async #changes(): Promise<readonly FeedEvent[]> {
    const before = this.#runs;
    const runs = await listOpenRuns(this.#deps.database, [...before.keys()]);
    const events: FeedEvent[] = runs
      .filter((run) => !isDeepStrictEqual(run, before.get(run.id)))
      .map((run) => ({ kind: 'run', run }));
    this.#runs = new Map(runs.filter(({ endedAt }) => endedAt === null).map((run) => [run.id, run]));
    const queues = await appQueues(this.#deps);
    if (!isDeepStrictEqual(queues, this.#queues)) events.push({ kind: 'queues', queues });
    this.#queues = queues;
    return [...events, ...(await this.#moved())];
  }

  async #moved(): Promise<readonly FeedEvent[]> {
    const moves = await readMoves(this.#deps.database);
    const before = this.#moves;
    this.#moves = new Map(moves.map(({ workflowId, moved }) => [workflowId, moved]));
    if (before === null) return [];
    return moves
      .filter(({ workflowId, moved }) => before.get(workflowId) !== moved)
      .map(({ accountId, workflowId }) => ({ kind: 'executions', accountId, workflowId }));
  }
}
