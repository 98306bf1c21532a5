import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { addJob } from '@middle/store/jobs.ts';
import { executionWorld } from '../testing/execution-world.ts';
import type { ExecutionWorld } from '../testing/execution-world.ts';
import { failures, publishAgain, repeatDeps } from '../testing/repeats.ts';
import { replayMany } from './replay-many.ts';
import { runAgain } from './run-again.ts';
import type { AgainSummary, RunAgainInput } from './run-again.ts';

const SECRETS = { steps: [{ kind: 'stop', key: 'end', title: 'End' }] };

interface Options extends Partial<RunAgainInput> {
  readonly signal?: AbortSignal;
  readonly job?: { readonly id: string; readonly queuedAt: Date };
}

/** Does one such job to its end, as the worker does; the clock only notes how long it is asked to wait. */
async function bulk(
  stack: ExecutionWorld,
  options: Options = {},
): Promise<AgainSummary & { waited: number }> {
  const { signal = new AbortController().signal, job = await newJob(stack), ...input } = options;
  let waited = 0;
  const clock = {
    now: () => systemClock.now(),
    sleep: (milliseconds: number) => {
      waited += milliseconds;
      return Promise.resolve();
    },
  };
  const request: RunAgainInput = {
    accountId: stack.accountId,
    filter: { state: ['failed'] },
    from: 'start',
    version: 'current',
    perMinute: 600_000,
    dryRun: false,
    by: 'Ann',
    ...input,
  };
  const summary = await runAgain(
    { ...repeatDeps(stack), clock },
    { ...job, input: request },
    { signal, progress: () => {} },
  );
  return { ...summary, waited };
}

async function newJob(stack: ExecutionWorld) {
  return addJob(stack.owner, { kind: 'run_again', subject: `${Math.random()}`, requestedBy: 'test' });
}

async function untilIdle(stack: ExecutionWorld): Promise<void> {
  for (;;) {
    const { rows } = await stack.owner.query(sql`select from middle.execution_open limit 1`);
    if (rows.length === 0) return;
  }
}

describe('executions that run again in bulk', { timeout: 120_000 }, () => {
  test('a dry run says what a real one then does; a second one leaves alone what has succeeded since', async () => {
    await using stack = await executionWorld();
    const workflow = await failures(stack, 40);
    await stack.workflow(SECRETS);
    const dry = await bulk(stack, { dryRun: true });
    assert.deepEqual([dry.looked, dry.begun, dry.skipped], [40, 40, {}]);
    const { rows: none } = await stack.owner.query(sql`select from middle.execution_open`);
    assert.equal(none.length, 0);

    const first = await bulk(stack);
    assert.deepEqual([first.looked, first.begun, first.skipped], [40, 40, {}]);
    const { rows } = await stack.owner.query<{ priority: number; cause: string; startedBy: string }>(
      sql`select distinct priority, cause, started_by as "startedBy" from middle.execution_open`,
    );
    assert.deepEqual(rows, [{ priority: -1, cause: 'again', startedBy: 'Ann' }]);
    // While they are under way, and asked for at once by two.
    const [second, third] = await Promise.all([bulk(stack), bulk(stack)]);
    for (const one of [second, third])
      assert.deepEqual([one.begun, one.skipped], [0, { repeat_under_way: 40 }]);

    // They fail again: of each family one more is begun, whichever of them the filter finds first.
    const executor = stack.executor({ pollMilliseconds: 20 });
    await untilIdle(stack);
    await executor.stop();
    const again = await bulk(stack, { dryRun: true });
    const fourth = await bulk(stack);
    assert.deepEqual({ ...again, dryRun: false, waited: 0 }, { ...fourth, waited: 0 });
    assert.deepEqual([fourth.looked, fourth.begun, fourth.skipped], [80, 40, { run_again_by_this_job: 40 }]);

    await publishAgain(stack, workflow, {
      inputs: [{ key: 'n', title: 'N', type: { kind: 'number' } }],
      steps: [{ kind: 'stop', key: 'end', title: 'End', outcome: 'succeeded' }],
    });
    stack.executor({ pollMilliseconds: 20 });
    await untilIdle(stack);
    const fifth = await bulk(stack);
    assert.deepEqual([fifth.looked, fifth.begun], [120, 40]);
    await untilIdle(stack);
    const sixth = await bulk(stack);
    assert.deepEqual([sixth.looked, sixth.begun, sixth.skipped], [120, 0, { succeeded_since: 120 }]);
  });

  test('a job that is done again from its place begins none twice, also of families that failed meanwhile', async () => {
    await using stack = await executionWorld();
    await failures(stack, 30);
    const job = await newJob(stack);
    await bulk(stack, { job });
    stack.executor({ pollMilliseconds: 20 });
    await untilIdle(stack);
    const repeated = await bulk(stack, { job });
    assert.deepEqual([repeated.looked, repeated.begun], [30, 30]);
    // As if the place had been lost: the ids are the same, so nothing is begun.
    await stack.owner.query(sql`delete from middle.again_run`);
    const lost = await bulk(stack, { job });
    assert.deepEqual([lost.begun, lost.skipped], [0, { run_again_by_this_job: 30 }]);
    const { rows } = await stack.owner.query(sql`select from middle.execution where cause = 'again'`);
    assert.equal(rows.length, 30);
  });

  test('it keeps to its pace, stops when it is cancelled, and goes on where it was', async () => {
    await using stack = await executionWorld();
    await failures(stack, 12);
    const job = await newJob(stack);
    const cancelled = AbortSignal.abort();
    await assert.rejects(bulk(stack, { job, signal: cancelled }));
    const slow = await bulk(stack, { job, perMinute: 6 });
    // Twelve at six a minute: ten seconds before each but the first, and one to be sure that there is none left.
    assert.equal(slow.waited, 12 * 10_000);
    assert.equal(slow.begun, 12);
  });

  test('what can not be run again is counted by its reason, and what the filter does not mean is left alone', async () => {
    await using stack = await executionWorld();
    const one = await failures(stack, 3);
    const other = await stack.workflow(SECRETS);
    stack.executor({ pollMilliseconds: 20 });
    await stack.ended(await stack.start(other));
    assert.equal((await bulk(stack, { filter: { workflowId: other }, dryRun: true })).looked, 1);
    assert.equal((await bulk(stack, { filter: { to: new Date(0).toISOString() } })).looked, 0);
    assert.equal((await bulk(stack, { accountId: await stack.account('other') })).looked, 0);
    await stack.owner.query(sql`update middle.workflow set enabled = false where id = ${one}`);
    const off = await bulk(stack, { filter: {} });
    assert.deepEqual([off.looked, off.begun, off.skipped], [4, 1, { workflow_off: 3 }]);
  });

  test('from the step in which each ended', async () => {
    await using stack = await executionWorld();
    const workflow = await stack.workflow({
      variables: [{ key: 'v', title: 'V', type: { kind: 'text' }, initial: 'uuid()' }],
      steps: [
        { kind: 'set', key: 'mark', title: 'Mark', variable: 'v', value: 'uuid()' },
        { kind: 'stop', key: 'end', title: 'End', outcome: 'failed' },
      ],
    });
    stack.executor({ pollMilliseconds: 20 });
    const id = await stack.start(workflow);
    await stack.ended(id);
    await bulk(stack, { from: 'end' });
    await untilIdle(stack);
    const { rows } = await stack.owner.query<{ place: string; reused: boolean; outputs: number }>(sql`
      select place, bool_or(reused) as reused, count(distinct output)::integer as outputs
      from middle.step_run group by place order by place`);
    assert.deepEqual(rows, [
      { place: 'end', reused: false, outputs: 0 },
      { place: 'mark', reused: true, outputs: 1 },
    ]);
  });
});

/** Halves a number, and fails when the half is too large. */
const halving = (half: string) => ({
  inputs: [{ key: 'n', title: 'N', type: { kind: 'number' } }],
  variables: [{ key: 'v', title: 'V', type: { kind: 'any' }, initial: 'null' }],
  steps: [
    { kind: 'set', key: 'half', title: 'Half', variable: 'v', value: half },
    {
      kind: 'decision',
      key: 'large',
      title: 'Large?',
      criteria: 'variables.v > 1000',
      whenTrue: [{ kind: 'stop', key: 'end', title: 'End', outcome: 'failed' }],
    },
  ],
  output: [{ key: 'v', title: 'V', value: 'variables.v' }],
});

describe('the last executions of a workflow, replayed', { timeout: 60_000 }, () => {
  test('a summary, and of those that differ where they first do', async () => {
    await using stack = await executionWorld();
    const workflow = await stack.workflow(halving('inputs.n / 2'));
    stack.executor({ pollMilliseconds: 20 });
    for (const n of [0, 2, 4, 6]) await stack.ended(await stack.start(workflow, { n }));
    await publishAgain(stack, workflow, halving('inputs.n == 4 ? 2000 : inputs.n / 2'));
    const deps = repeatDeps(stack);
    const context = { signal: new AbortController().signal, progress: () => {} };
    const base = {
      accountId: stack.accountId,
      workflowId: workflow,
      unknown: 'stop',
      version: null,
    } as const;
    const own = await replayMany(deps, { ...base, last: 3, definition: null }, context);
    assert.deepEqual([own.executions, own.same, own.list], [3, 3, []]);
    const { rows } = await stack.owner.query<{ definition: never }>(
      sql`select definition from middle.workflow_version where version = 2`,
    );
    const definition = rows[0]?.definition;
    assert.ok(definition !== undefined);
    const changed = await replayMany(deps, { ...base, last: 100, definition }, context);
    assert.deepEqual([changed.executions, changed.same, changed.different, changed.failing], [4, 3, 1, 1]);
    const [first] = changed.list;
    assert.deepEqual([first?.verdict, first?.place, first?.isFailing], ['different', 'half', true]);
  });
});
