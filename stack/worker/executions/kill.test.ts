import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sql from 'sql-template-tag';
import { startExecutions } from '@middle/store/executions/start.ts';
import { executionWorld } from '../testing/execution-world.ts';
import type { ExecutionWorld } from '../testing/execution-world.ts';
import { uuidv7 } from '@middle/store/uuid.ts';

const PROGRAM = fileURLToPath(new URL('../testing/executor-process.ts', import.meta.url));

async function executorProcess(stack: ExecutionWorld, worker: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify({ database: stack.addresses.worker, worker }));
  await once(child.stdout, 'data');
  return child;
}

describe('executors that are killed', { timeout: 120_000 }, () => {
  test('their executions go on elsewhere: none is lost, and each step has one outcome', async () => {
    await using stack = await executionWorld();
    const set = (key: string, value: string) => ({ kind: 'set', key, title: key, variable: 'v', value });
    const inner = await stack.workflow({
      inputs: [{ key: 'n', title: 'N', type: { kind: 'number' } }],
      steps: [{ kind: 'stop', key: 'end', title: 'End' }],
      output: [{ key: 'n', title: 'N', value: 'inputs.n + 1000' }],
    });
    const id = await stack.workflow({
      inputs: [{ key: 'n', title: 'N', type: { kind: 'number' } }],
      variables: [{ key: 'v', title: 'V', type: { kind: 'any' }, initial: 'inputs.n' }],
      steps: [
        set('a', 'variables.v + 1'),
        { kind: 'wait', key: 'pause', title: 'Pause', until: { kind: 'duration', seconds: '0.1' } },
        {
          kind: 'each',
          key: 'parts',
          title: 'Parts',
          items: '[1, 2, 3]',
          block: [set('add', 'variables.v + item')],
        },
        { kind: 'call', key: 'inner', title: 'Inner', workflow: inner, input: { n: 'variables.v' } },
      ],
      output: [{ key: 'n', title: 'N', value: 'steps.inner.output.n' }],
    });
    const executions = 300;
    const started = Array.from({ length: executions }, (_, n) => ({
      id: uuidv7(new Date()),
      workflowId: id,
      version: 1,
      cause: 'person' as const,
      input: { n },
    }));
    await startExecutions(stack.database, started);
    const children = new Map<string, ChildProcess>();
    const ended = async (): Promise<number> => {
      const { rows } = await stack.owner.query<{ ended: number }>(
        sql`select count(*)::integer as ended from middle.execution where workflow_id = ${id}`,
      );
      return rows[0]?.ended ?? 0;
    };
    for (const worker of ['one', 'two']) children.set(worker, await executorProcess(stack, worker));
    for (let kills = 0; (await ended()) < executions;) {
      await sleep(100);
      if (kills >= 6) continue;
      const worker = kills % 2 === 0 ? 'one' : 'two';
      const child = children.get(worker);
      child?.kill('SIGKILL');
      kills += 1;
      children.set(worker, await executorProcess(stack, worker));
    }
    for (const child of children.values()) child.kill('SIGKILL');
    const { rows } = await stack.owner.query<{
      n: number;
      state: string;
      got: number;
      steps: number;
      places: number;
    }>(sql`
      select (e.input ->> 'n')::integer as n, e.state, (e.output ->> 'n')::integer as got, e.steps,
        (select count(distinct place)::integer from middle.step_run r where r.execution_id = e.id) as places
      from middle.execution e where e.workflow_id = ${id} order by 1`);
    assert.deepEqual(
      rows,
      started.map(({ input: { n } }) => ({ n, state: 'succeeded', got: n + 1_007, steps: 7, places: 7 })),
    );
    const { rows: calls } = await stack.owner.query(sql`
      select count(*)::integer as calls, count(distinct parent_id)::integer as parents from middle.execution
      where workflow_id = ${inner}`);
    assert.deepEqual(calls, [{ calls: executions, parents: executions }], 'each called its workflow once');
    const { rows: left } = await stack.owner.query(
      sql`select count(*)::integer as open from middle.execution_open`,
    );
    assert.deepEqual(left, [{ open: 0 }]);
  });
});
