import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { endExecutions } from '@middle/store/executions/commit.ts';
import { deleteConsumedEnded } from '@middle/store/executions/ended-outbox.ts';
import { executionWorld } from '../testing/execution-world.ts';
import { oldTransactionsOver } from '../testing/horizon.ts';
import { followOnce } from './followers.ts';
import { statistics } from './statistics.ts';

const DEFINITION = {
  variables: [{ key: 'x', title: 'X', type: { kind: 'number' }, initial: '0' }],
  steps: [{ kind: 'set', key: 'a', title: 'A', variable: 'x', value: '1' }],
};
const STATES = ['succeeded', 'failed', 'cancelled'] as const;

test(
  'each ended execution is counted once, whoever counts and whatever fails meanwhile',
  { timeout: 60_000 },
  async () => {
    await using stack = await executionWorld();
    const { database } = stack;
    const other = await stack.account('other');
    const workflows = [
      await stack.workflow(DEFINITION),
      await stack.workflow(DEFINITION),
      await stack.workflow(DEFINITION, { account: other }),
    ];
    const end = async (n: number): Promise<void> => {
      const ids = await Promise.all(workflows.map((id) => stack.start(id)));
      const state = STATES[n % 3] ?? 'failed';
      await database.transaction((client) =>
        endExecutions(
          client,
          ids.map((id) => ({ id, state, output: null, error: null, endedIn: null, steps: 0 })),
        ),
      );
    };
    const counters = Array.from({ length: 20 }, async () => followOnce(database, statistics));
    await Promise.all([...Array.from({ length: 20 }, async (_, n) => end(n)), ...counters]);
    await assert.rejects(
      database.transaction(async (client) => {
        await client.query(sql`delete from middle.execution_statistic`);
        throw new Error('rolled back');
      }),
      /rolled back/,
    );
    await oldTransactionsOver(database);
    await followOnce(database, statistics);
    await followOnce(database, statistics);
    for (const resolution of ['minute', 'hour']) {
      const { rows } = await database.query<{ state: string; counted: number; there: number }>(sql`
      with counted as (
        select s.workflow_id, v.state, v.executions from middle.execution_statistic s,
          lateral (values ('succeeded', succeeded), ('failed', failed), ('cancelled', cancelled)) v(state, executions)
        where resolution = ${resolution} and s.workflow_id is not null
      )
      select state, coalesce((select sum(executions) from counted c
          where c.workflow_id = e.workflow_id and c.state = e.state), 0)::integer as counted, count(*)::integer as there
      from middle.execution e group by workflow_id, state`);
      assert.equal(rows.length, 9);
      for (const { state, counted, there } of rows) assert.equal(counted, there, `${resolution} ${state}`);
      const { rows: whole } = await database.query<{ counted: number }>(sql`
      select sum(succeeded + failed + cancelled)::integer as counted from middle.execution_statistic
      where resolution = ${resolution} and workflow_id is null group by account_id order by 1`);
      assert.deepEqual(
        whole.map(({ counted }) => counted),
        [20, 40],
      );
    }
    await deleteConsumedEnded(database, 1_000);
    const { rows: left } = await database.query(sql`select 1 from middle.execution_batch`);
    assert.deepEqual(left, [], 'what every consumer has passed is deleted');
  },
);
