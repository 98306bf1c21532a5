import { messageOf } from '@middle/core/errors.ts';
import { deleteConsumedBatches, holdConsumer, releaseConsumer } from '@middle/store/outbox.ts';
import type { Consumer } from '@middle/store/outbox.ts';
import { backloggedSets, takeChanges } from '@middle/store/triggers/backlog.ts';
import { Waker } from '../wake.ts';
import { takePiece } from './changes.ts';
import type { TriggerDeps } from './deps.ts';
import { lookAgain } from './look-again.ts';
import { fireTicks } from './ticks.ts';

const CONSUMER = 'triggers';
const LEASE_SECONDS = 10;
/** Notifications wake it at once; this is for those that got lost, and for clocks. */
const POLL_MILLISECONDS = 1_000;
/** Changes that wait for a running transaction: nobody tells when it ends. */
const HELD_MILLISECONDS = 20;
const RETRY_MILLISECONDS = 1_000;
const BATCHES = 500;
const DELETE_BATCHES = 5_000;

/**
 * Lets triggers hear of changes and of the clock. Any number of workers may do so: one at a time takes changes from the
 * outbox, by a lease; what follows is shared, by locks that live as long as a transaction.
 */
export function startTriggers(deps: TriggerDeps): { stop(): Promise<void> } {
  return new Room(deps);
}

class Room {
  readonly #deps: TriggerDeps;
  readonly #stopping = new AbortController();
  readonly #waker = new Waker();
  readonly #unlisten: () => void;
  readonly #loops: Promise<unknown>;
  #consumer: Consumer | null = null;
  #heldAt = -Infinity;
  /** Record sets whose changes could not be decided on wait a moment; the others go on. */
  readonly #restUntil = new Map<number, number>();

  constructor(deps: TriggerDeps) {
    this.#deps = deps;
    this.#unlisten = deps.listener.on('middle_change', () => this.#waker.wake());
    this.#loops = Promise.all([this.#changeLoop(), this.#clockLoop()]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#unlisten();
    await this.#loops;
    await releaseConsumer(this.#deps.database, { name: CONSUMER, owner: this.#deps.worker }).catch(() => {});
  }

  async #changeLoop(): Promise<void> {
    const { signal } = this.#stopping;
    const poll = this.#deps.pollMilliseconds ?? POLL_MILLISECONDS;
    while (!signal.aborted) {
      this.#waker.reset();
      try {
        const { batches, held } = await this.#takeIn();
        const pieces = await this.#turn();
        if (batches === 0 && pieces === 0) {
          await this.#waker.sleep(held ? Math.min(HELD_MILLISECONDS, poll) : poll, signal);
        }
      } catch (error) {
        this.#consumer = null;
        this.#warn(messageOf(error));
        await this.#deps.clock.sleep(RETRY_MILLISECONDS, signal);
      }
    }
  }

  /** Takes changes from the outbox, when this process has the lease. */
  async #takeIn(): Promise<{ readonly batches: number; readonly held: boolean }> {
    const { database, worker } = this.#deps;
    const leaseSeconds = this.#deps.leaseSeconds ?? LEASE_SECONDS;
    if (this.#consumer === null || performance.now() - this.#heldAt > (leaseSeconds * 1_000) / 3) {
      this.#heldAt = performance.now();
      this.#consumer = await holdConsumer(database, { name: CONSUMER, owner: worker, leaseSeconds });
    }
    if (this.#consumer === null) return { batches: 0, held: false };
    const { batches, held, consumer } = await takeChanges(database, this.#consumer, BATCHES);
    this.#consumer = consumer;
    if (batches > 0) await deleteConsumedBatches(database, DELETE_BATCHES);
    return { batches, held };
  }

  /** Each record set with changes to decide on has one turn; returns how many pieces of work that were. */
  async #turn(): Promise<number> {
    let pieces = 0;
    for (const set of await backloggedSets(this.#deps.database)) {
      if (this.#stopping.signal.aborted) break;
      if ((this.#restUntil.get(set) ?? 0) > performance.now()) continue;
      try {
        if ((await takePiece(this.#deps, set)) > 0) pieces += 1;
        this.#restUntil.delete(set);
      } catch (error) {
        this.#restUntil.set(set, performance.now() + RETRY_MILLISECONDS);
        this.#warn(`changes of record set ${set}: ${messageOf(error)}`);
      }
    }
    return pieces;
  }

  async #clockLoop(): Promise<void> {
    const { signal } = this.#stopping;
    const { clock, pollMilliseconds } = this.#deps;
    while (!signal.aborted) {
      try {
        const now = clock.now();
        const more = [await fireTicks(this.#deps, now), await lookAgain(this.#deps, now)];
        if (!more.includes(true)) await clock.sleep(pollMilliseconds ?? POLL_MILLISECONDS, signal);
      } catch (error) {
        this.#warn(messageOf(error));
        await clock.sleep(RETRY_MILLISECONDS, signal);
      }
    }
  }

  #warn(message: string): void {
    if (!this.#stopping.signal.aborted) {
      this.#deps.log({ level: 'warn', code: 'trigger.failed', message });
    }
  }
}
