import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import sql from 'sql-template-tag';
import { Replays } from '@middle/store/executions/replay.ts';
import type { ReplayDeps } from '@middle/store/executions/replay.ts';
import { startExecutions } from '@middle/store/executions/start.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { bareDeps } from '../testing/execution-world.ts';
import { LEASE_SECONDS } from '../testing/model/worker.ts';
import type { Worker } from '../testing/model/worker.ts';
import { modelWorld } from '../testing/model/world.ts';
import type { ModelWorld } from '../testing/model/world.ts';
import { wishedBlock, writeOut } from '../testing/model/workflow.ts';

/** Random workflows that really ran; REPLAY_RUNS=500 for more of them, REPLAY_SEED=… for those of an earlier run. */
const RUNS = Number(process.env['REPLAY_RUNS'] ?? 8);
const SEED = Number(process.env['REPLAY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const WORKERS = 2;
const RUN_MILLISECONDS = 60_000;

const scenario = fc.record({
  workflows: fc.array(wishedBlock, { minLength: 1, maxLength: 3 }),
  inputs: fc.array(
    fc.record({
      n: fc.nat(996),
      maybe: fc.constantFrom(true, false, null),
      list: fc.constantFrom([], [1, 2, 3], null),
    }),
    { minLength: 3, maxLength: 10 },
  ),
  seed: fc.nat(),
  /** Turns of the clock after which a worker ends, and after which an execution is cancelled. */
  ends: fc.array(fc.nat(8), { maxLength: 2 }),
  cancels: fc.array(fc.nat(8), { maxLength: 2 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer Made> ? Made : never;

describe('replays of what really ran', { timeout: 60_000 + RUNS * 20_000 }, () => {
  let world: ModelWorld;
  before(async () => {
    world = await modelWorld(Math.random);
  });
  after(() => world[Symbol.asyncDispose]());

  test('against the version it ran with nothing differs, and nothing is called or written', async (t) => {
    t.diagnostic(`REPLAY_SEED=${SEED} REPLAY_RUNS=${RUNS}`);
    await fc.assert(
      fc.asyncProperty(scenario, async (made) => {
        const ids = await run(world, made);
        const { outside, stack } = world;
        const { owner, database } = stack;
        const calls = new Map(outside.calls);
        const written = await rowsWritten(owner);
        const replays = new Replays({ database, search: NO_SEARCH, keys: bareDeps(database).keys });
        for (const id of ids) {
          const { comparison, execution } = await replays.replay(id, null, { unknown: 'stop', outputs: {} });
          const wrong = comparison.steps.filter(({ verdict }) => verdict !== 'same');
          assert.deepEqual(wrong, [], `a step of an execution that has ${execution.state}`);
          assert.deepEqual([comparison.end.differences, comparison.verdict], [[], 'same']);
        }
        assert.deepEqual(outside.calls, calls);
        assert.deepEqual(await rowsWritten(owner), written);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  });

  test('of executions that are under way it goes as far as they are', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (made) => {
        const ids = await run(world, { ...made, ends: [], cancels: [] }, 2);
        const database = world.stack.database;
        const replays = new Replays({ database, search: NO_SEARCH, keys: bareDeps(database).keys });
        for (const id of ids) {
          const { comparison, execution } = await replays.replay(id, null, { unknown: 'stop', outputs: {} });
          const verdicts = new Set(comparison.steps.map(({ verdict }) => verdict));
          if (execution.state !== null) verdicts.add('same');
          verdicts.delete('same');
          assert.deepEqual([...verdicts], execution.state === null && verdicts.size > 0 ? ['open'] : []);
          assert.deepEqual([comparison.end.differences, comparison.verdict], [[], 'same']);
        }
        await finish(world);
      }),
      { numRuns: Math.ceil(RUNS / 2), seed: SEED, endOnFailure: true },
    );
  });
});

const NO_SEARCH: ReplayDeps['search'] = { query: () => Promise.resolve({ hits: [] }) };

/** @returns the executions, also those that others called; ended unless it stops after so many turns */
async function run(world: ModelWorld, made: Scenario, turnsMost = Infinity): Promise<readonly string[]> {
  const { stack, connectionId, time, outside } = world;
  const { owner } = stack;
  await time.pass(1);
  const begun = time.now();
  const ids: string[] = [];
  for (const wished of made.workflows) {
    const { definition } = writeOut(wished, ids);
    ids.push(await stack.workflow(definition, { bindings: { shop: connectionId } }));
  }
  outside.begin(made.seed);
  await startExecutions(
    owner,
    made.inputs.map((input, at) => ({
      id: uuidv7(time.now()),
      workflowId: ids[at % ids.length] ?? '',
      version: 1,
      cause: 'person' as const,
      input: { ...input },
    })),
  );
  const workers = Array.from({ length: WORKERS }, () => world.worker());
  try {
    await untilEnded(world, workers, made, turnsMost);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
  const { rows } = await owner.query<{ id: string }>(sql`
    select id from middle.execution where queued_at >= ${begun}
    union all select id from middle.execution_open`);
  return rows.map(({ id }) => id);
}

async function untilEnded(
  world: ModelWorld,
  workers: Worker[],
  { ends, cancels }: Pick<Scenario, 'ends' | 'cancels'>,
  turnsMost: number,
): Promise<void> {
  const until = performance.now() + RUN_MILLISECONDS;
  for (let turn = 0; turn < turnsMost && (await world.open()) > 0; turn += 1) {
    assert.ok(performance.now() < until, 'not every execution ended');
    if (ends.includes(turn)) {
      const [dying] = workers.splice(0, 1, world.worker());
      await dying?.stop();
    }
    if (cancels.includes(turn)) {
      await world.stack.owner.query(sql`
        update middle.execution_open set cancel_requested_at = now(), cancelled_by = 'test'
        where id = (select id from middle.execution_open order by id limit 1)`);
    }
    await world.pass(LEASE_SECONDS / 8);
    await sleep(4);
  }
}

/** Ends what was left under way, for the next run. */
async function finish(world: ModelWorld): Promise<void> {
  await world.stack.owner.query(
    sql`update middle.execution_open set cancel_requested_at = now(), cancelled_by = 'test'`,
  );
  const workers = [world.worker()];
  await untilEnded(world, workers, { ends: [], cancels: [] }, Infinity);
  await workers[0]?.stop();
}

/** What every transaction that wrote left behind, as Postgres counts it. */
async function rowsWritten(owner: ModelWorld['stack']['owner']): Promise<unknown> {
  const { rows } = await owner.query(sql`
    select (select count(*) from middle.execution_open) as open, (select count(*) from middle.execution) as ended,
      (select count(*) from middle.step_run) as steps, (select count(*) from middle.invocation) as invocations,
      (select max(stored_at) from middle.step_run) as last, (select count(*) from queue.message) as messages`);
  return rows;
}
