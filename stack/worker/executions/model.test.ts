import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import sql from 'sql-template-tag';
import { startExecutions } from '@middle/store/executions/start.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { readHistory } from '../testing/model/history.ts';
import type { History } from '../testing/model/history.ts';
import { runModel } from '../testing/model/interpreter.ts';
import type { Inputs, ModelRun } from '../testing/model/interpreter.ts';
import { LEASE_SECONDS } from '../testing/model/worker.ts';
import type { Worker } from '../testing/model/worker.ts';
import { modelWorld } from '../testing/model/world.ts';
import type { ModelWorld } from '../testing/model/world.ts';
import { wishedBlock, writeOut } from '../testing/model/workflow.ts';
import type { ModelWorkflow } from '../testing/model/workflow.ts';
import { idempotencyKey } from './steps/action.ts';

/**
 * Random workflows, run by several workers whom something happens to, against a plain interpreter to whom nothing
 * happens. MODEL_RUNS=500 for more of them, MODEL_SEED=… for those of an earlier run.
 */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 20);
const SEED = Number(process.env['MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const WORKERS = 3;
/** Below the restarts after which an action is given up. */
const MISFORTUNES_MOST = 5;
const RUN_MILLISECONDS = 60_000;

const MISFORTUNES = ['kill', 'silence', 'disconnect', 'goodbye', 'stall', 'cancel'] as const;

const scenario = fc.record({
  workflows: fc.array(wishedBlock, { minLength: 1, maxLength: 5 }),
  inputs: fc.array(
    fc.record({
      n: fc.nat(996),
      maybe: fc.constantFrom(true, false, null),
      list: fc.constantFrom([], [1, 2, 3], null),
    }),
    { minLength: 4, maxLength: 24 },
  ),
  seed: fc.nat(),
  /** After so many turns of the clock; each happens to one worker, or one execution. */
  misfortunes: fc.array(
    fc.record({ at: fc.nat(14), what: fc.constantFrom(...MISFORTUNES), whom: fc.nat() }),
    { maxLength: MISFORTUNES_MOST },
  ),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer Made> ? Made : never;

describe('executions against a model', { timeout: 60_000 + RUNS * 20_000 }, () => {
  let world: ModelWorld;
  before(async () => {
    world = await modelWorld(Math.random);
  });
  after(() => world[Symbol.asyncDispose]());

  test('whatever happens to their workers, executions do what the plain meaning of their steps says', async (t) => {
    t.diagnostic(`MODEL_SEED=${SEED} MODEL_RUNS=${RUNS}`);
    await fc.assert(
      fc.asyncProperty(scenario, (made) => new Trial(world, made).run()),
      // A run that failed is run again with its seed: fewer steps seldom fail alike when workers race.
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
    t.diagnostic(`${await world.restarts()} executions were taken over`);
  });
});

class Trial {
  readonly #world: ModelWorld;
  readonly #made: Scenario;
  readonly #started = new Map<string, { readonly which: number; readonly inputs: Inputs }>();
  readonly #cancelled = new Set<string>();
  #workflows: ModelWorkflow[] = [];
  #workers: Worker[] = [];

  constructor(world: ModelWorld, made: Scenario) {
    this.#world = world;
    this.#made = made;
  }

  async run(): Promise<void> {
    await this.#world.time.pass(1);
    const begun = this.#world.time.now();
    await this.#publish();
    this.#world.outside.begin(this.#made.seed);
    this.#workers = Array.from({ length: WORKERS }, () => this.#world.worker());
    try {
      await this.#untilEnded();
    } finally {
      await Promise.all(this.#workers.map((worker) => worker.stop()));
    }
    assert.deepEqual(await this.#world.violations(), []);
    const history = await readHistory(this.#world.stack.owner, begun);
    for (const [id, { which, inputs }] of this.#started) {
      const model = runModel(this.#workflows, which, inputs, this.#made.seed);
      this.#compare(history, id, model, this.#cancelled.has(id));
    }
    assert.deepEqual([...this.#world.outside.effects.keys()], [], 'effects that nobody asked for');
  }

  async #publish(): Promise<void> {
    const { stack, connectionId, time } = this.#world;
    const ids: string[] = [];
    this.#workflows = [];
    for (const wished of this.#made.workflows) {
      const workflow = writeOut(wished, ids);
      this.#workflows.push(workflow);
      ids.push(await stack.workflow(workflow.definition, { bindings: { shop: connectionId } }));
    }
    const executions = this.#made.inputs.map((inputs, at) => {
      const which = at % ids.length;
      const id = uuidv7(time.now());
      this.#started.set(id, { which, inputs });
      return { id, workflowId: ids[which] ?? '', version: 1, cause: 'person' as const, input: { ...inputs } };
    });
    await startExecutions(stack.owner, executions);
  }

  async #untilEnded(): Promise<void> {
    const end = performance.now() + RUN_MILLISECONDS;
    for (let turn = 0; (await this.#world.open()) > 0; turn += 1) {
      if (performance.now() > end) assert.fail(`not every execution ended: ${await this.#left()}`);
      for (const { at, what, whom } of this.#made.misfortunes)
        if (at === turn) await this.#happen(what, whom);
      await this.#world.pass(LEASE_SECONDS / 8);
      await sleep(4);
    }
  }

  async #happen(what: (typeof MISFORTUNES)[number], whom: number): Promise<void> {
    const {
      time,
      stack: { owner },
    } = this.#world;
    const at = whom % this.#workers.length;
    const worker = this.#workers[at];
    if (worker === undefined) return;
    switch (what) {
      case 'kill':
        this.#workers[at] = this.#world.worker();
        await worker.kill();
        return;
      case 'goodbye':
        this.#workers[at] = this.#world.worker();
        await worker.stop();
        return;
      case 'disconnect':
        await worker.disconnect();
        return;
      case 'silence':
        // It works on while the others take its executions for lost.
        await owner.query(sql`
          update middle.executor set lease_until = '-infinity' where split_part(name, ':', 1) = ${worker.name}`);
        return;
      case 'stall':
        await time.pass(LEASE_SECONDS * 1.5);
        return;
      case 'cancel': {
        const id = [...this.#started.keys()][whom % this.#started.size] ?? '';
        const { rowCount } = await owner.query(sql`
          update middle.execution_open set cancel_requested_at = now(), cancelled_by = 'Ann' where id = ${id}`);
        if (rowCount === 1) this.#cancelled.add(id);
      }
    }
  }

  async #left(): Promise<string> {
    const { rows } = await this.#world.stack.owner.query(sql`
      select o.id, o.state, o.executor, o.next_at, o.restarts, o.cancel_requested_at,
        (select jsonb_agg(jsonb_build_array(place, state)) from middle.step_run r where r.execution_id = o.id) as steps
      from middle.execution_open o limit 5`);
    return JSON.stringify(rows);
  }

  /** The log and the end of one execution, and of those that it called. Effects that are as they must be are crossed out. */
  #compare(history: History, id: string, model: ModelRun, isCancelled: boolean): void {
    const ended = history.executions.get(id);
    assert.ok(ended !== undefined, `execution ${id} has no end`);
    const rows = history.steps.get(id) ?? [];
    assert.deepEqual(
      rows.map(({ sequence }) => sequence),
      rows.map((_, at) => at + 1),
      'sequences without gaps',
    );
    assert.equal(ended.steps, rows.length, 'the count of step runs');
    const whole = rows.filter(({ state }) => state !== 'cancelled');
    const log = whole.map(({ place, state, code, branch, output }) => ({
      place,
      state,
      code,
      branch,
      output,
    }));
    if (ended.state === 'cancelled') {
      assert.ok(isCancelled, `${id} was cancelled though nobody asked for it`);
      assert.deepEqual(log, model.log.slice(0, log.length));
    } else {
      assert.deepEqual(log, model.log);
      const { state, code, endedIn, output } = model;
      assert.deepEqual(
        [ended.state, ended.code, ended.endedIn, ended.output],
        [state, code, endedIn, output],
        `the end of ${id}`,
      );
    }
    const children = history.called.get(id) ?? new Map<string, string>();
    for (const [place, run] of model.called) {
      const child = children.get(place);
      if (child !== undefined) this.#compare(history, child, run, isCancelled);
      else assert.equal(ended.state, 'cancelled', `nothing was called at ${place}`);
      children.delete(place);
    }
    assert.equal(children.size, 0, 'each call began one execution');
    this.#compareEffects(id, model, ended.state === 'cancelled');
  }

  #compareEffects(id: string, model: ModelRun, isCancelled: boolean): void {
    const { effects, calls } = this.#world.outside;
    for (const [place, { attempts, hasEffect }] of model.acted) {
      const key = idempotencyKey(id, place);
      if (!isCancelled) {
        assert.equal(effects.has(key), hasEffect, `the effect of ${place}`);
        const called = calls.get(key) ?? 0;
        assert.ok(called >= attempts, `${place} was called ${called} times for ${attempts} attempts`);
        if (this.#made.misfortunes.length === 0) assert.equal(called, attempts, `calls of ${place}`);
      }
      effects.delete(key);
    }
  }
}
