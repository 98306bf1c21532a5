import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { executionWorld } from '../testing/execution-world.ts';

const set = (key: string, value: string, more: object = {}) => ({
  kind: 'set',
  key,
  title: key,
  variable: 'v',
  value,
  ...more,
});
const variable = { key: 'v', title: 'V', type: { kind: 'any' }, initial: 'null' };

describe('executor', { timeout: 60_000 }, () => {
  test('runs steps in order, commits each, and keeps what they gave', async () => {
    await using stack = await executionWorld();
    const id = await stack.workflow({
      inputs: [{ key: 'amount', title: 'Amount', type: { kind: 'number' } }],
      variables: [{ ...variable, initial: 'inputs.amount * 2' }],
      steps: [
        {
          kind: 'decision',
          key: 'big',
          title: 'Big?',
          criteria: 'inputs.amount > 10',
          whenTrue: [set('tag', '"big " + variables.v')],
          whenFalse: [
            { kind: 'stop', key: 'halt', title: 'Halt', outcome: 'failed', message: '"too small"' },
          ],
        },
        {
          kind: 'each',
          key: 'lines',
          title: 'Lines',
          items: '[1, 2, 3]',
          block: [set('add', 'variables.v + item')],
        },
      ],
      output: [{ key: 'text', title: 'Text', value: 'variables.v' }],
    });
    stack.executor();
    const big = await stack.start(id, { amount: 20 });
    const small = await stack.start(id, { amount: 1 });
    const ended = await stack.ended(big);
    assert.deepEqual([ended.state, ended.output, ended.steps], ['succeeded', { text: 'big 40123' }, 6]);
    assert.deepEqual(
      (await stack.steps(big)).map(({ place, output, branch }) => [place, output, branch]),
      [
        ['big', true, 'whenTrue'],
        ['tag', 'big 40', null],
        ['lines', [1, 2, 3], null],
        ['add[0]', 'big 401', null],
        ['add[1]', 'big 4012', null],
        ['add[2]', 'big 40123', null],
      ],
    );
    const { state, error, endedIn } = await stack.ended(small);
    assert.deepEqual(
      [state, error, endedIn],
      ['failed', { code: 'execution_stopped', message: 'too small', fault: 'user' }, 'halt'],
    );
    const { rows } = await stack.owner.query(
      sql`select count(*)::integer as open from middle.execution_open`,
    );
    assert.deepEqual(rows, [{ open: 0 }]);
  });

  test('an expression that fails takes the error branch, or ends the execution with what went wrong', async () => {
    await using stack = await executionWorld();
    stack.executor();
    const bare = await stack.workflow({ variables: [variable], steps: [set('x', 'inputs.a.b.c')] });
    const ended = await stack.ended(await stack.start(bare));
    assert.deepEqual([ended.state, ended.endedIn], ['failed', 'x']);
    assert.match(ended.error?.message ?? '', /no field “a”/);
    const handled = await stack.workflow({
      variables: [variable],
      steps: [set('x', 'inputs.a.b.c', { onError: [set('y', 'steps.x.error.code')] })],
      output: [{ key: 'code', title: 'Code', value: 'variables.v' }],
    });
    assert.deepEqual((await stack.ended(await stack.start(handled))).output, { code: 'expression_invalid' });
  });

  test('a wait holds nothing and goes on when its time has come; a cancelled one ends at once', async () => {
    await using stack = await executionWorld();
    const wait = (seconds: string) => ({
      kind: 'wait',
      key: 'pause',
      title: 'Pause',
      until: { kind: 'duration', seconds },
    });
    const short = await stack.workflow({ steps: [wait('0.05')] });
    const long = await stack.workflow({ steps: [wait('3600')] });
    stack.executor({ pollMilliseconds: 20 });
    const waiting = await stack.start(long);
    assert.equal((await stack.ended(await stack.start(short))).state, 'succeeded');
    const { rows } = await stack.owner.query(sql`
      select state, executor, round(extract(epoch from next_at - now()) / 100) as wait from middle.execution_open`);
    assert.deepEqual(rows, [{ state: 'waiting', executor: null, wait: '36' }]);
    await stack.owner.query(sql`
      update middle.execution_open set cancel_requested_at = now(), cancelled_by = 'Ann' where id = ${waiting}`);
    assert.equal((await stack.ended(waiting)).state, 'cancelled');
    assert.deepEqual(
      (await stack.steps(waiting)).map(({ state }) => state),
      ['cancelled'],
    );
  });

  test('calls another workflow with its input and takes its output, or its failure', async () => {
    await using stack = await executionWorld();
    const inner = await stack.workflow({
      inputs: [{ key: 'n', title: 'N', type: { kind: 'number' } }],
      variables: [variable],
      steps: [
        {
          kind: 'decision',
          key: 'ok',
          title: 'Ok?',
          criteria: 'inputs.n > 0',
          whenFalse: [{ kind: 'stop', key: 'no', title: 'No', outcome: 'failed', message: '"negative"' }],
        },
      ],
      output: [{ key: 'twice', title: 'Twice', value: 'inputs.n * 2' }],
    });
    const outer = await stack.workflow({
      inputs: [{ key: 'n', title: 'N', type: { kind: 'number' } }],
      steps: [{ kind: 'call', key: 'inner', title: 'Inner', workflow: inner, input: { n: 'inputs.n' } }],
      output: [{ key: 'got', title: 'Got', value: 'steps.inner.output.twice' }],
    });
    stack.executor();
    assert.deepEqual((await stack.ended(await stack.start(outer, { n: 4 }))).output, { got: 8 });
    const bad = await stack.ended(await stack.start(outer, { n: -1 }));
    assert.deepEqual([bad.state, bad.error?.code], ['failed', 'workflow_failed']);
    assert.match(bad.error?.message ?? '', /negative/);
  });

  test('an execution whose time is over ends while it waits, and what it called is cancelled', async () => {
    await using stack = await executionWorld();
    const pause = {
      kind: 'wait',
      key: 'pause',
      title: 'Pause',
      until: { kind: 'duration', seconds: '3600' },
    };
    const inner = await stack.workflow({ steps: [pause] });
    const waits = await stack.workflow({ steps: [pause], timeLimitSeconds: 1 });
    const call = { kind: 'call', key: 'inner', title: 'Inner', workflow: inner, input: {} };
    const calls = await stack.workflow({ steps: [call], timeLimitSeconds: 1 });
    stack.executor({ pollMilliseconds: 20 });
    const waiting = await stack.start(waits);
    const calling = await stack.start(calls);
    const { state, error, endedIn } = await stack.ended(waiting);
    assert.deepEqual([state, error?.code, endedIn], ['failed', 'execution_timeout', 'pause']);
    assert.equal((await stack.ended(calling)).error?.code, 'execution_timeout');
    const { rows } = await stack.owner.query<{ id: string }>(sql`
      select id from middle.execution_open where workflow_id = ${inner}
      union all select id from middle.execution where workflow_id = ${inner}`);
    assert.equal((await stack.ended(rows[0]?.id ?? '')).state, 'cancelled');
  });

  test('a thousand executions at once, each exactly once', async () => {
    await using stack = await executionWorld();
    const id = await stack.workflow({
      inputs: [{ key: 'n', title: 'N', type: { kind: 'number' } }],
      variables: [{ ...variable, type: { kind: 'number' } }],
      steps: [set('a', 'inputs.n'), set('b', 'variables.v + 1'), set('c', 'variables.v + 1')],
      output: [{ key: 'v', title: 'V', value: 'variables.v' }],
    });
    const ids: string[] = [];
    for (let n = 0; n < 1_000; n += 1) ids.push(await stack.start(id, { n }));
    stack.executor();
    stack.executor({ worker: 'other' });
    for (const [n, one] of ids.entries()) assert.deepEqual((await stack.ended(one)).output, { v: n + 2 });
    const { rows } = await stack.owner.query(sql`
      select count(*)::integer as executions, (select count(*)::integer from middle.step_run) as steps,
        (select sum(cardinality(ids))::integer from middle.execution_batch) as told from middle.execution`);
    assert.deepEqual(rows, [{ executions: 1_000, steps: 3_000, told: 1_000 }]);
  });
});
