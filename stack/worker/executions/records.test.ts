import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { wakeWaiting } from '@middle/store/executions/sources.ts';
import { executionWorld } from '../testing/execution-world.ts';
import { slots, source, withThings } from '../testing/things.ts';

describe('executions over records', { timeout: 60_000 }, () => {
  test('a bulk step starts one execution for each record that passes, and counts what became of them', async () => {
    await using stack = await executionWorld();
    const { options, store } = await withThings(stack);
    await store(Array.from({ length: 1_300 }, (_, n) => ({ id: `t${String(n).padStart(5, '0')}`, n })));
    const one = await stack.workflow({
      inputs: [{ key: 'n', title: 'N', type: { kind: 'number' } }],
      steps: [
        {
          kind: 'decision',
          key: 'ok',
          title: 'Ok?',
          criteria: 'inputs.n % 100 != 0',
          whenFalse: [{ kind: 'stop', key: 'no', title: 'No', outcome: 'failed' }],
        },
      ],
    });
    const all = await stack.workflow(
      {
        ...slots,
        steps: [
          {
            kind: 'bulk',
            key: 'each',
            title: 'Each',
            workflow: one,
            source,
            filter: 'record.n >= 100',
            input: { n: 'record.n' },
            atOnce: 40,
          },
        ],
        output: [{ key: 'counts', title: 'Counts', value: 'steps.each.output' }],
      },
      options,
    );
    stack.executor({ pollMilliseconds: 20 });
    stack.executor({ pollMilliseconds: 20, worker: 'other' });
    const ended = await stack.ended(await stack.start(all));
    assert.deepEqual(ended.output, {
      counts: { records: 1_300, begun: 1_200, succeeded: 1_188, failed: 12, cancelled: 0 },
    });
    const { rows } = await stack.owner.query(sql`
      select count(*)::integer as executions, count(distinct record_id)::integer as records from middle.execution
      where cause = 'bulk'`);
    assert.deepEqual(rows, [{ executions: 1_200, records: 1_200 }]);
  });

  test('a wait for a record goes on when the record becomes what is waited for, or at its deadline', async () => {
    await using stack = await executionWorld();
    const { options, recordSet, store } = await withThings(stack);
    await store([{ id: 'a', n: 1 }]);
    const waiting = (seconds: number, more: object = {}) => ({
      ...slots,
      steps: [
        {
          kind: 'wait',
          key: 'ripe',
          title: 'Ripe',
          until: { kind: 'record', source, id: '"a"', criteria: 'record.n > 10', deadlineSeconds: seconds },
          ...more,
        },
      ],
      output: [{ key: 'n', title: 'N', value: 'steps.ripe.output.record.n' }],
    });
    stack.executor({ pollMilliseconds: 20 });
    const short = await stack.ended(await stack.start(await stack.workflow(waiting(1), options)));
    assert.deepEqual([short.state, short.error?.code], ['failed', 'wait_deadline']);
    const long = await stack.start(await stack.workflow(waiting(3_600), options));
    for (;;) {
      const { rows } = await stack.owner.query(sql`
        select from middle.execution_open where id = ${long} and state = 'waiting' and next_at > now() + interval '1 hour' - interval '1 minute'`);
      if (rows.length === 1) break;
    }
    for (const n of [5, 11]) {
      await store([{ id: 'a', n }]);
      await stack.database.transaction((client) => wakeWaiting(client, recordSet, ['a']));
    }
    const ended = await stack.ended(long);
    assert.deepEqual([ended.state, ended.output], ['succeeded', { n: 11 }]);
  });

  test('expressions reach related records, however deep', async () => {
    await using stack = await executionWorld();
    const { options, store } = await withThings(stack);
    await store([
      { id: 'a', n: 1, parent: 'b' },
      { id: 'b', n: 2, parent: 'c' },
      { id: 'c', n: 3 },
    ]);
    const id = await stack.workflow(
      {
        ...slots,
        inputs: [{ key: 'thing', title: 'Thing', type: { kind: 'record', ...source } }],
        steps: [{ kind: 'stop', key: 'end', title: 'End' }],
        output: [
          {
            key: 'n',
            title: 'N',
            value:
              'related(related(inputs.thing, "parent"), "parent").n + default(related(related(related(inputs.thing, "parent"), "parent"), "parent").n, 100)',
          },
        ],
      },
      options,
    );
    stack.executor();
    const ended = await stack.ended(await stack.start(id, { thing: { id: 'a', n: 1, parent: 'b' } }));
    assert.deepEqual([ended.error, ended.output], [null, { n: 103 }]);
  });
});
