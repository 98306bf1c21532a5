import { randomUUID } from 'node:crypto';
import type { Blobs } from '@middle/cloud/ports/blobs.ts';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { Keys } from '@middle/cloud/ports/keys.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { FILE_LINK_PURPOSE } from '@middle/core/export/file-link.ts';
import type { Log } from '@middle/core/log.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { evaluateAll } from '@middle/core/workflow/mapping.ts';
import { errorOf } from '@middle/core/workflow/step-outcome.ts';
import { Redactor } from '@middle/core/workflow/redactor.ts';
import {
  cancelledExecutions,
  claimExecutions,
  heldExecutions,
  reapExecutors,
  releaseExecutions,
  renewExecutor,
  retireExecutor,
  wakeExecutions,
} from '@middle/store/executions/claim.ts';
import type { ClaimedExecution } from '@middle/store/executions/claim.ts';
import { cancelParts, endCancelled } from '@middle/store/executions/commit.ts';
import { readBindings, readDefinition, readLog } from '@middle/store/executions/load.ts';
import type { LoggedStep } from '@middle/store/executions/load.ts';
import { sealInput } from '@middle/store/executions/sealed-input.ts';
import type { Database, Queryable } from '@middle/store/database.ts';
import type { Listener } from '@middle/store/listen.ts';
import { Waker } from '../wake.ts';
import { ActionCalls } from './action-calls.ts';
import type { ActionCallsDeps } from './action-calls.ts';
import { Answers } from './answers.ts';
import { Committer } from './committer.ts';
import { drive } from './drive.ts';
import type { Driven, DriveDeps } from './drive.ts';
import type { Expressions } from './expressions.ts';
import { courseOf, deadlineOf } from './live.ts';
import type { LiveExecution, Stop } from './live.ts';
import { Places } from './places.ts';
import { stepRunner } from './run-step.ts';

export interface ExecutorDeps extends Omit<ActionCallsDeps, 'clock'> {
  readonly database: Database;
  readonly listener: Listener;
  readonly expressions: Expressions;
  readonly keys: Keys;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly worker: string;
  readonly leaseSeconds?: number;
  readonly pollMilliseconds?: number;
  /** Executions in memory at a time. */
  readonly places?: number;
  /** Actions' functions that run at a time. */
  readonly functionPlaces?: number;
}

/** A worker that went silent for so long has lost its executions. */
const LEASE_SECONDS = 5;
const POLL_MILLISECONDS = 500;
const PLACES = 256;
/** One account's flood leaves a quarter of the places to the others. */
const ACCOUNT_SHARE = 0.75;
const FUNCTION_PLACES = 4;
const EXPORT_PLACES = 2;
const DEFINITIONS_MOST = 200;
/** How many are claimed in one go, so that a claim's transaction stays short. */
const CLAIM_MOST = 128;

/** Runs executions: claims them fairly, drives each through its steps, and lets go what waits. */
export function startExecutor(deps: ExecutorDeps): { stop(): Promise<void> } {
  const executor = new Executor(deps);
  const running = executor.run();
  return {
    async stop() {
      await executor.stop();
      await running;
    },
  };
}

class Executor {
  readonly #deps: ExecutorDeps;
  readonly #name: string;
  readonly #waker = new Waker();
  readonly #stopping = new AbortController();
  readonly #live = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>();
  readonly #definitions = new Map<string, Promise<WorkflowDefinition>>();
  readonly #driveDeps: DriveDeps;
  readonly #answers: Answers;
  readonly #unlisten: () => void;
  #isAsked = false;
  /** Whether the lease ran when it was last renewed. */
  #isAlive = false;
  /** Executions whose last commit failed: they go back as soon as the database answers. */
  readonly #toRelease = new Set<string>();
  /** The database failed to answer: what it did then may be unknown here. */
  #hasDoubts = false;
  /** What it says this executor has, and was not here at the last look. */
  #unknown: ReadonlySet<string> = new Set();

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
    const { database, listener, clock, keys } = deps;
    this.#name = `${deps.worker}:${randomUUID().slice(0, 8)}`;
    this.#answers = new Answers(database, listener);
    this.#unlisten = listener.on('middle_execution', (what) => {
      // Nothing said: something new to claim. `look`: someone asked to cancel.
      if (what !== '') this.#isAsked = true;
      this.#waker.wake();
    });
    this.#driveDeps = {
      database,
      clock,
      committer: new Committer(database, {
        claim: (client, places) => this.#take(client, places),
        begin: (claimed) => this.#beginAll(claimed),
      }),
      startOf: async (one, around) => {
        const { inputs } = await this.#definition(one.workflowId, one.version);
        return { ...one, ...(await sealInput(keys, one.id, inputs, one.input, around)) };
      },
      cancelParts: (id) => database.transaction((client) => cancelParts(client, [id])),
      seal: (id, values) => keys.seal(Buffer.from(JSON.stringify(values)), `execution:${id}`),
      runStep: stepRunner({
        calls: new ActionCalls(deps),
        answers: this.#answers,
        places: new Places(deps.functionPlaces ?? FUNCTION_PLACES),
        blobs: deps.blobs,
        exportPlaces: new Places(EXPORT_PLACES),
        linkKey: () => keys.derive(FILE_LINK_PURPOSE),
        worker: deps.worker,
      }),
    };
  }

  async run(): Promise<void> {
    const { signal } = this.#stopping;
    const heart = this.#beat();
    const every = this.#deps.pollMilliseconds ?? POLL_MILLISECONDS;
    let looked = -Infinity;
    while (!signal.aborted) {
      this.#waker.reset();
      try {
        // A place that became free asks for the next execution only.
        if (performance.now() - looked >= every || this.#isAsked) {
          looked = performance.now();
          this.#isAsked = false;
          await this.#look();
        }
        await this.#claim();
      } catch (error) {
        this.#tell(error);
      }
      await this.#waker.sleep(Math.max(1, looked + every - performance.now()), signal);
    }
    await heart;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#letGo();
    await Promise.all([...this.#live.values()].map(({ done }) => done));
    this.#unlisten();
    this.#answers.close();
    // A database that is away takes them back by the lease.
    await retireExecutor(this.#deps.database, this.#name).catch(() => {});
  }

  async #look(): Promise<void> {
    const { database } = this.#deps;
    await this.#release();
    if (this.#hasDoubts) await this.#findUnknown();
    if ((await reapExecutors(database)) > 0) this.#deps.log(REAPED);
    await wakeExecutions(database, 1_000);
    await database.transaction((client) => endCancelled(client, 1_000));
    for (const { id, by } of await cancelledExecutions(database, this.#name)) {
      await database.transaction((client) => cancelParts(client, [id]));
      this.#halt(id, { kind: 'cancelled', by });
    }
  }

  async #claim(): Promise<void> {
    const most = this.#deps.places ?? PLACES;
    for (;;) {
      const free = Math.min(most - this.#live.size, CLAIM_MOST);
      if (free <= 0 || this.#stopping.signal.aborted) return;
      const claimed = await this.#take(this.#deps.database, free);
      this.#beginAll(claimed);
      if (claimed.length < free) return;
    }
  }

  async #take(db: Queryable, free: number): Promise<readonly ClaimedExecution[]> {
    if (this.#stopping.signal.aborted) return [];
    const perAccount = Math.max(1, Math.floor((this.#deps.places ?? PLACES) * ACCOUNT_SHARE));
    return claimExecutions(db, this.#name, { free, perAccount });
  }

  /** What was claimed while the executor came to its end goes back with all that it has. */
  #beginAll(claimed: readonly ClaimedExecution[]): void {
    if (this.#stopping.signal.aborted) return;
    for (const one of claimed) this.#begin(one);
  }

  #begin(claimed: ClaimedExecution): void {
    // It was lost to another worker, or reaped, and came back before this process had noticed.
    this.#halt(claimed.id, { kind: 'let_go' });
    const stop = new AbortController();
    this.#live.set(claimed.id, { stop, done: this.#hold(claimed, stop) });
  }

  async #hold(claimed: ClaimedExecution, stop: AbortController): Promise<void> {
    // What ends or waits gives its place to the next one in the same transaction; any other place is given by the loop.
    let isFilled = false;
    try {
      const driven = await this.#drive(claimed, stop);
      if (driven === 'let_go') this.#toRelease.add(claimed.id);
      isFilled = driven === 'ended' || driven === 'waiting';
    } catch (error) {
      this.#toRelease.add(claimed.id);
      this.#tell(error);
    } finally {
      if (this.#live.get(claimed.id)?.stop === stop) this.#live.delete(claimed.id);
      if (!isFilled) this.#waker.wake();
    }
  }

  async #drive(claimed: ClaimedExecution, stop: AbortController): Promise<Driven> {
    const live = await this.#load(claimed, stop).catch((error: unknown) => this.#refuse(claimed, error));
    if (live === null) return 'ended';
    const left = deadlineOf(live).getTime() - this.#deps.clock.now().getTime();
    const timeout = (): void => stop.abort({ kind: 'timeout' } satisfies Stop);
    // Its time was over while it waited: nothing more of it runs.
    if (left <= 0) timeout();
    // setTimeout takes 24.8 days at the most; who is there for longer is claimed again in between.
    const timer = setTimeout(timeout, clamp(left));
    try {
      return await drive(this.#driveDeps, live);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What can't even begin, such as a variable whose first value fails, ends visibly. */
  async #refuse({ id, fence }: ClaimedExecution, error: unknown): Promise<null> {
    if (!(error instanceof MiddleError)) throw error;
    const end = { state: 'failed', output: null, error: errorOf(error), endedIn: null, steps: null } as const;
    await this.#driveDeps.committer.commit({ id, fence, steps: [], next: { kind: 'end', end } });
    return null;
  }

  async #load(claimed: ClaimedExecution, stop: AbortController): Promise<LiveExecution> {
    const { database, expressions } = this.#deps;
    const { id, workflowId, version } = claimed;
    const definition = await this.#definition(workflowId, version);
    const bindings = definition.connections.length === 0 ? {} : await readBindings(database, workflowId);
    const log = claimed.isResumed || claimed.againOf !== null ? await this.#openLog(id) : [];
    const hidden = claimed.sealed === null ? {} : await this.#open(id, claimed.sealed);
    const inputs = { ...claimed.input, ...hidden };
    const program = await expressions.program(claimed.accountId, definition, bindings);
    const now = claimed.startedAt;
    const takenOver = claimed.variables === null ? null : await this.#open(id, claimed.variables);
    const variables =
      takenOver ??
      (await evaluateAll(
        Object.fromEntries(definition.variables.map(({ key, initial }) => [key, initial])),
        (source, name) =>
          program.evaluate('variables', source, { inputs }, { now, seed: `${id}:variables:${name}` }),
      ));
    const { course, begun } = courseOf(definition, inputs, variables, log);
    const settled = begun === null ? log.length : log.length - 1;
    const redactor = new Redactor(Object.values(hidden));
    return { claimed, definition, bindings, course, program, redactor, begun, sequence: settled + 1, stop };
  }

  /** The log with its true values: what is shown of a protected one doesn't lead an execution on. */
  async #openLog(id: string): Promise<LoggedStep[]> {
    const log = await readLog(this.#deps.database, id);
    return Promise.all(
      log.map(async (step) =>
        step.sealed === null ? step : { ...step, ...(await this.#open(id, step.sealed)) },
      ),
    );
  }

  async #open(id: string, sealed: Uint8Array): Promise<Record<string, unknown>> {
    const opened = await this.#deps.keys.open(sealed, `execution:${id}`);
    const values: Record<string, unknown> = JSON.parse(Buffer.from(opened).toString());
    return values;
  }

  /** A published version never changes, so it is read once. */
  #definition(workflowId: string, version: number): Promise<WorkflowDefinition> {
    const key = `${workflowId}/${version}`;
    const kept = this.#definitions.get(key);
    if (kept !== undefined) return kept;
    const read = readDefinition(this.#deps.database, workflowId, version);
    read.catch(() => this.#definitions.delete(key));
    if (this.#definitions.size >= DEFINITIONS_MOST) this.#definitions.clear();
    this.#definitions.set(key, read);
    return read;
  }

  /** Renews the lease until the end; when it was lost everything in memory is let go. */
  async #beat(): Promise<void> {
    const { database, clock } = this.#deps;
    const seconds = this.#deps.leaseSeconds ?? LEASE_SECONDS;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const isAlive = await renewExecutor(database, this.#name, seconds);
        if (!isAlive) this.#letGo();
        // Only who is known to be alive may claim.
        else if (!this.#isAlive) this.#waker.wake();
        this.#isAlive = isAlive;
      } catch (error) {
        this.#tell(error);
      }
      await clock.sleep((seconds * 1_000) / 4, signal);
    }
  }

  async #release(): Promise<void> {
    const ids = [...this.#toRelease].filter((id) => !this.#live.has(id));
    if (ids.length === 0) return;
    await releaseExecutions(this.#deps.database, this.#name, ids);
    for (const id of ids) this.#toRelease.delete(id);
  }

  /**
   * A claim whose answer was lost is running for the database, and here nobody knows of it: it goes back. What is unknown
   * for the first time may be a claim whose answer is on its way.
   */
  async #findUnknown(): Promise<void> {
    const { database } = this.#deps;
    const held = await heldExecutions(database, this.#name);
    const unknown = held.filter((id) => !this.#live.has(id) && !this.#toRelease.has(id));
    await releaseExecutions(
      database,
      this.#name,
      unknown.filter((id) => this.#unknown.has(id)),
    );
    this.#unknown = new Set(unknown);
    this.#hasDoubts = unknown.length > 0;
  }

  #halt(id: string, stop: Stop): void {
    this.#live.get(id)?.stop.abort(stop);
  }

  #letGo(): void {
    for (const id of this.#live.keys()) this.#halt(id, { kind: 'let_go' });
  }

  #tell(error: unknown): void {
    this.#hasDoubts = true;
    this.#deps.log({ level: 'warn', code: 'executions.failed', message: messageOf(error) });
  }
}

const REAPED = {
  level: 'warn',
  code: 'executions.reaped',
  message: 'a worker went silent: its executions go on elsewhere',
} as const;

const TIMEOUT_MOST = 2 ** 31 - 1;

function clamp(milliseconds: number): number {
  return Math.min(Math.max(0, milliseconds), TIMEOUT_MOST);
}
