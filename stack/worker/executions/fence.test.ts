import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { claimExecutions, releaseExecutions, renewExecutor } from '@middle/store/executions/claim.ts';
import { commitExecutions, writeKey } from '@middle/store/executions/commit.ts';
import type { ExecutionWrite } from '@middle/store/executions/commit.ts';
import type { Database } from '@middle/store/database.ts';
import type { QueryResultRow } from 'pg';
import type { Sql } from 'sql-template-tag';
import { only } from '@middle/store/only.ts';
import { executionWorld } from '../testing/execution-world.ts';

const set = { kind: 'set', key: 'a', title: 'A', variable: 'v', value: '1' };
const SHORT = { variables: [{ key: 'v', title: 'V', type: { kind: 'any' }, initial: 'null' }], steps: [set] };
const ALL = { free: 10, perAccount: 10 };

/** Does what is asked for, and loses the answer to the first claim that got something. */
function forgetful(database: Database): { readonly database: Database; readonly lost: () => boolean } {
  let isLost = false;
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what its columns are
  const query: Database['query'] = async <Row extends QueryResultRow>(statement: Sql) => {
    const answer = await database.query<Row>(statement);
    if (isLost || !statement.text.includes('with recursive flow') || answer.rowCount === 0) return answer;
    isLost = true;
    throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
  };
  return { database: { ...database, query }, lost: () => isLost };
}

describe('fences', { timeout: 60_000 }, () => {
  test('what was lost and came back to the same worker is written by its newest hand only, in one batch with the old', async () => {
    await using stack = await executionWorld();
    const id = await stack.start(await stack.workflow(SHORT));
    assert.deepEqual(await claimExecutions(stack.database, 'one', ALL), [], 'not known to be alive yet');
    await renewExecutor(stack.database, 'one', 60);
    const before = only(await claimExecutions(stack.database, 'one', ALL));
    await releaseExecutions(stack.database, 'one', [id]);
    const after = only(await claimExecutions(stack.database, 'one', ALL));
    assert.notEqual(before.fence, after.fence);
    const write = (fence: string, output: string): ExecutionWrite => ({
      id,
      fence,
      steps: [
        {
          sequence: 1,
          place: 'a',
          kind: 'set',
          state: 'succeeded',
          output,
          queuedAt: new Date(),
          startedAt: new Date(),
        },
      ],
      next: { kind: 'go_on' },
    });
    const end = { state: 'failed', output: null, error: null, endedIn: null, steps: 1 } as const;
    const written = await stack.database.transaction((client) =>
      commitExecutions(client, [
        { ...write(before.fence, 'old'), next: { kind: 'end', end } },
        write(after.fence, 'new'),
      ]),
    );
    assert.deepEqual([...written], [writeKey(after)]);
    assert.deepEqual(
      (await stack.steps(id)).map(({ output }) => output),
      ['new'],
    );
  });

  test('a claim whose answer is lost goes back, though its worker lives on', async () => {
    await using stack = await executionWorld();
    const id = await stack.start(await stack.workflow(SHORT));
    const { database, lost } = forgetful(stack.database);
    stack.executor({ database, pollMilliseconds: 20, leaseSeconds: 3_600 });
    assert.equal((await stack.ended(id)).state, 'succeeded');
    assert.ok(lost());
  });
});
