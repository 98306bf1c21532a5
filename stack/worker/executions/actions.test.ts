import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import type { FunctionCall } from '@middle/cloud/ports/functions.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { executionWorld } from '../testing/execution-world.ts';
import { ok, shop, wrong } from '../testing/shop.ts';

describe('actions', { timeout: 60_000 }, () => {
  test('the result comes through the queue; attempts share an idempotency key, executions do not', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { functions, publish } = await shop(stack, cleanup);
    const calls: FunctionCall[] = [];
    stack.executor({
      pollMilliseconds: 20,
      functions: functions((call) => {
        calls.push(call);
        return Promise.resolve(calls.length < 3 ? wrong('egress_failed') : ok({ id: `o${calls.length}` }));
      }),
    });
    const workflow = await publish();
    const first = await stack.ended(await stack.start(workflow));
    assert.deepEqual([first.error, first.output], [null, { id: 'o3' }]);
    const second = await stack.ended(await stack.start(workflow));
    assert.deepEqual(second.output, { id: 'o4' });
    const keys = calls.map(({ idempotencyKey }) => idempotencyKey);
    assert.equal(new Set(keys.slice(0, 3)).size, 1);
    assert.notEqual(keys[0], keys[3]);
    assert.deepEqual(calls[0]?.input, { customer: 'Ann' });
    const { rows } = await stack.owner.query(sql`
      select attempts, jsonb_array_length(tried) as tried from middle.step_run order by stored_at limit 1`);
    assert.deepEqual(rows, [{ attempts: 3, tried: 2 }]);
    const { rows: invocations } = await stack.owner.query(sql`
      select outcome, count(*)::integer as invocations from middle.invocation group by outcome order by outcome`);
    assert.deepEqual(invocations, [
      { outcome: 'ok', invocations: 2 },
      { outcome: 'user_error', invocations: 2 },
    ]);
  });

  test('what keeps a function from running is an attempt of its own, tried again by the policy', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { functions, publish } = await shop(stack, cleanup);
    let calls = 0;
    stack.executor({
      pollMilliseconds: 20,
      functions: functions(() => {
        calls += 1;
        if (calls === 1) throw new MiddleError('egress_failed', 'no token to be had');
        return Promise.resolve(ok({ id: 'second' }));
      }),
    });
    const ended = await stack.ended(await stack.start(await publish()));
    assert.deepEqual([ended.error, ended.output, calls], [null, { id: 'second' }, 2]);
    const { rows } = await stack.owner.query(
      sql`select state, outcome, error ->> 'message' as message from middle.invocation order by id`,
    );
    assert.deepEqual(rows, [
      { state: 'ended', outcome: 'user_error', message: 'no token to be had' },
      { state: 'ended', outcome: 'ok', message: null },
    ]);
  });

  test('what retries can not cure fails at once, and says what did not fit', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { functions, publish } = await shop(stack, cleanup);
    let calls = 0;
    stack.executor({
      pollMilliseconds: 20,
      functions: functions(() => {
        calls += 1;
        return Promise.resolve(ok({ id: 7 }));
      }),
    });
    const odd = await stack.ended(await stack.start(await publish()));
    assert.deepEqual([odd.state, odd.error?.code, calls], ['failed', 'function_protocol', 1]);
    assert.match(odd.error?.message ?? '', /the output "Id" \(id\) must be text, and is 7/);
    const empty = await stack.ended(await stack.start(await publish({ input: {} })));
    assert.deepEqual([empty.error?.code, calls], ['request_invalid', 1]);
    assert.match(empty.error?.message ?? '', /"Customer" \(customer\) is needed/);
  });

  test('cancelling kills the function; an executor that stops leaves its action to the next one', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { functions, publish } = await shop(stack, cleanup);
    const began = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
    ];
    let calls = 0;
    const hanging = functions(async (_call, signal) => {
      began[calls]?.resolve();
      calls += 1;
      if (calls === 3) return ok({ id: 'third' });
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      return wrong('function_cancelled');
    });
    const executor = stack.executor({ pollMilliseconds: 20, functions: hanging });
    const workflow = await publish();
    const cancelled = await stack.start(workflow);
    await began[0]?.promise;
    await stack.owner.query(sql`
      update middle.execution_open set cancel_requested_at = now(), cancelled_by = 'Ann' where id = ${cancelled}`);
    assert.equal((await stack.ended(cancelled)).state, 'cancelled');
    const moved = await stack.start(workflow);
    await began[1]?.promise;
    await executor.stop();
    stack.executor({ pollMilliseconds: 20, functions: hanging, worker: 'next' });
    const ended = await stack.ended(moved);
    assert.equal(ended.state, 'succeeded');
    assert.equal(calls, 3);
  });

  test('protected inputs reach the function and nobody else', async () => {
    await using stack = await executionWorld();
    await using cleanup = new AsyncDisposableStack();
    const { functions, publish } = await shop(stack, cleanup);
    const seen: unknown[] = [];
    stack.executor({
      pollMilliseconds: 20,
      functions: functions((call) => {
        seen.push(call.input);
        return Promise.resolve(ok({ id: 'echo hunter22 back' }));
      }),
    });
    const workflow = await publish({ input: { customer: '"Ann"', note: '"key " + inputs.secret' } });
    const sealed = Buffer.from(JSON.stringify({ secret: 'hunter22' }));
    const id = await stack.start(workflow, { secret: null }, { sealed });
    assert.deepEqual((await stack.ended(id)).output, { id: 'echo [protected] back' });
    assert.deepEqual(seen, [{ customer: 'Ann', note: 'key hunter22' }]);
    const { rows } = await stack.owner.query<{ text: string }>(
      sql`select coalesce(string_agg(input::text || output::text || coalesce(error::text, ''), ''), '') as text from middle.step_run`,
    );
    assert.doesNotMatch(rows[0]?.text ?? '', /hunter22/);
    assert.match(rows[0]?.text ?? '', /key \[protected\]/);
  });
});
