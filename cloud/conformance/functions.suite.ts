import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { FunctionCall, FunctionEnd, Functions } from '../ports/functions.ts';
import { QUEUE_LIMITS } from '../ports/queue.ts';

export interface FunctionsUnderTest extends AsyncDisposable {
  readonly functions: Functions;
  /** Every message body that the queue of an app has taken so far. */
  received(app: string): Promise<readonly Uint8Array[]>;
}

/** What every world that runs functions must do. */
export function testFunctions(world: string, setup: () => Promise<FunctionsUnderTest>): void {
  describe(`functions: ${world}`, { concurrency: 2 }, () => {
    let under: FunctionsUnderTest;
    before(async () => {
      under = await setup();
    });
    after(async () => under[Symbol.asyncDispose]());

    const run = async (
      body: string,
      more: Partial<FunctionCall> = {},
      signal = new AbortController().signal,
    ) => {
      const call = callOf(body, more);
      const end = await under.functions.invoke(call, signal);
      return { end, ...contentsOf(await under.received(call.app), call, end) };
    };

    test('a result is the last item, with what was emitted, printed and progressed before it, in order', async () => {
      const { end, items } = await run(
        `
        console.log('begin', ctx.input.a);
        ctx.emit('sale', { id: '1', total: 1.5, note: null, text: 'é\\n\\u2028' });
        await ctx.progress({ cursor: { page: 2 }, done: 1, total: 3 });
        ctx.emitMany('sale', [{ id: '2' }, { id: '3' }]);
        ctx.log('end', 'warn');
        return { ok: true };`,
        { input: { a: 7 } },
      );
      assert.deepEqual([end.outcome, end.error, end.records], ['returned', null, 3]);
      assert.deepEqual(items.map(({ kind }) => kind).join(''), 'LRPRRLZ');
      assert.deepEqual(items[1]?.json, ['sale', { id: '1', total: 1.5, note: null, text: 'é\n\u2028' }]);
      assert.deepEqual(items[2]?.json, { cursor: { page: 2 }, done: 1, total: 3 });
      assert.deepEqual(items[6]?.json, { value: { ok: true } });
      const log = asObject(items[0]?.json);
      assert.deepEqual([log['level'], log['text']], ['info', 'begin 7']);
      assert.ok(!Number.isNaN(Date.parse(String(log['at']))));
      assert.equal(asObject(items[5]?.json)['level'], 'warn');
    });

    test('input, cursor and settings arrive as they were given', async () => {
      const given = {
        input: { since: 'x', deep: [{ a: null }] },
        cursor: { page: 'c' },
        settings: { region: 'eu', beta: true },
      };
      const { result } = await run(
        'return { input: ctx.input, cursor: ctx.cursor, settings: ctx.connection.settings };',
        given,
      );
      assert.deepEqual(result, given);
    });

    test('nothing returned is a result of null', async () => {
      assert.equal((await run('')).result, null);
    });

    test('many records are packed into messages within the limits of the queue', async () => {
      const { end, messages, items } = await run(`
        for (let id = 0; id < 3000; id += 1) ctx.emit('sale', { id: String(id), pad: 'x'.repeat(500) });
        ctx.emit('sale', { id: 'long', pad: 'é'.repeat(120_000) });`);
      assert.equal(end.records, 3001);
      assert.equal(items.filter(({ kind }) => kind === 'R').length, 3001);
      assert.ok(messages.length >= 7 && messages.length < 40, `${String(messages.length)} messages`);
      assert.ok(messages.every((message) => message.length <= QUEUE_LIMITS.messageMaxBytes));
      assert.deepEqual(
        items.slice(0, 3000).map(({ json }) => asObject(Array.isArray(json) ? json[1] : null)['id']),
        Array.from({ length: 3000 }, (_, id) => String(id)),
      );
    });

    test('a record longer than a line is told as such and the others go on', async () => {
      const { end, items } = await run(
        `ctx.emit('sale', { id: 'x'.repeat(300_000) }); ctx.emit('sale', { id: '2' });`,
      );
      assert.equal(end.outcome, 'returned');
      assert.match(JSON.stringify(items[0]?.json), /^\["sale","This record is 3000\d\d bytes long/);
      assert.deepEqual(items[1]?.json, ['sale', { id: '2' }]);
    });

    test('an error is the last item, with its message', async () => {
      const { end, told } = await run(`ctx.emit('sale', { id: '1' }); throw new TypeError('no such shop');`);
      assert.deepEqual(
        [end.outcome, end.error?.code, end.error?.fault, end.records],
        ['threw', 'function_error', 'developer', 1],
      );
      assert.deepEqual([told['code'], told['message']], ['function_error', 'TypeError: no such shop']);
    });

    for (const [what, body] of [
      [
        'a rejected promise that nobody waits for',
        `Promise.reject(new Error('late')); await new Promise(() => {});`,
      ],
      [
        'an exception in a timer',
        `setTimeout(() => { throw new Error('late'); }); await new Promise(() => {});`,
      ],
      ['a value that is no error', `throw { late: true };`],
      ['an emit without an object', `ctx.emit('sale', 'late');`],
      ['a record that is no JSON', `ctx.emit('sale', { late: 1n });`],
      ['a process that ends itself', `Deno.exit(3);`],
    ] as const) {
      test(`${what} ends the run as an error of its developer`, async () => {
        const { end, told } = await run(body);
        assert.deepEqual(
          [end.outcome, end.error?.code, end.error?.fault],
          ['threw', 'function_error', 'developer'],
        );
        assert.equal(told['message'], end.error?.message);
      });
    }

    test('a function that takes too long is warned by its signal, then killed', async () => {
      const limits = { ...LIMITS, wallSeconds: 1 };
      const { end, items, told } = await run(
        `ctx.signal.addEventListener('abort', () => ctx.progress({ cursor: 'saved' })); await new Promise(() => {});`,
        { limits },
      );
      assert.deepEqual([end.outcome, told['code']], ['killed', 'function_timeout']);
      assert.deepEqual(items[0]?.json, { cursor: 'saved' });
      assert.ok(end.milliseconds < 3000);
      assert.equal((await run('for (;;);', { limits })).end.error?.code, 'function_timeout');
    });

    test('limits on memory, bytes and records end the run', async () => {
      const memory = await run('const kept = []; for (;;) kept.push({ a: [kept.length] });', {
        limits: { ...LIMITS, memoryMegabytes: 100 },
      });
      assert.deepEqual([memory.end.outcome, memory.end.error?.code], ['killed', 'function_memory']);
      const flood = `for (let id = 0; ; id += 1) ctx.emit('sale', { id, pad: 'x'.repeat(1000) });`;
      const bytes = await run(flood, { limits: { ...LIMITS, outputBytes: 1_000_000 } });
      assert.deepEqual([bytes.end.outcome, bytes.end.error?.code], ['killed', 'function_output_limit']);
      const records = await run(flood, { limits: { ...LIMITS, records: 50 } });
      assert.deepEqual([records.end.outcome, records.end.error?.code], ['killed', 'function_output_limit']);
    });

    test('a cancelled run ends at once, also before it begins', async () => {
      const early = await run('return 1;', {}, AbortSignal.abort());
      assert.deepEqual([early.end.outcome, early.told['code']], ['killed', 'function_cancelled']);
      const cancel = new AbortController();
      const call = callOf(`await ctx.progress({ cursor: 1 }); for (;;);`, { app: 'cancelled' });
      const ended = under.functions.invoke(call, cancel.signal);
      while ((await under.received('cancelled')).length === 0)
        await new Promise((resolve) => setTimeout(resolve, 10));
      cancel.abort();
      const end = await ended;
      assert.deepEqual(
        [end.outcome, end.error?.code, end.error?.fault],
        ['killed', 'function_cancelled', 'user'],
      );
    });

    test('an invocation leaves nothing behind for the next', async () => {
      const body = `globalThis.seen = (globalThis.seen ?? 0) + 1; Deno.writeTextFileSync('left', 'x');
        return [globalThis.seen, [...Deno.readDirSync('.')].map((entry) => entry.name)];`;
      for (let count = 0; count < 3; count += 1) assert.deepEqual((await run(body)).result, [1, ['left']]);
    });

    test('a host that the policy does not name is refused, and the code can tell why', async () => {
      const { end, result } = await run(`
        const refused = async (url) => fetch(url).then(() => 'answered', (error) => error.code);
        return [await refused('https://example.com/'), await refused('http://127.0.0.1/'), await refused('/relative')];`);
      assert.equal(end.outcome, 'returned');
      assert.deepEqual(result, ['egress_host_not_allowed', 'egress_host_not_allowed', 'egress_failed']);
      const thrown = await run(`await fetch('https://example.com/');`);
      assert.deepEqual([thrown.end.outcome, thrown.end.error?.code], ['threw', 'egress_host_not_allowed']);
    });

    test('an action emits nothing', async () => {
      const { result } = await run('return [typeof ctx.emit, typeof ctx.progress, typeof ctx.fetch];', {
        kind: 'action',
      });
      assert.deepEqual(result, ['undefined', 'undefined', 'function']);
    });

    test('each app has a queue of its own', async () => {
      const { messages } = await run(`ctx.emit('sale', { id: '1' });`, { app: 'other-app' });
      assert.equal(messages.length, 1);
      assert.ok(
        !(await under.received('shop')).some(
          (body) => headerOf(body)['token'] === headerOf(messages[0] ?? body)['token'],
        ),
      );
    });

    test('it says what runs functions', async () => {
      const { engines, launcher } = await under.functions.describe();
      assert.ok(
        engines.length > 0 && engines.every(({ name, version }) => name !== '' && /\d/.test(version)),
      );
      assert.notEqual(launcher, '');
    });
  });
}

const LIMITS = { wallSeconds: 15, memoryMegabytes: 256, outputBytes: 50_000_000, records: 100_000 };

function callOf(body: string, more: Partial<FunctionCall>): FunctionCall {
  return {
    invocation: randomUUID(),
    app: 'shop',
    version: '1.0.0',
    connection: 'c1',
    token: `token "${randomUUID()}"`,
    engine: 'javascript',
    bundle: { digest: randomUUID(), code: `exports.default = async (ctx) => {${body}\n};` },
    kind: 'sync',
    input: {},
    cursor: null,
    settings: {},
    egress: { baseUrl: null, hosts: [], developmentHosts: [], headers: {}, rate: null },
    limits: LIMITS,
    ...more,
  };
}

interface ParsedItem {
  readonly kind: string;
  readonly json: unknown;
}

/** The messages of one call, checked for what must hold of every run however it ended. */
function contentsOf(bodies: readonly Uint8Array[], call: FunctionCall, end: FunctionEnd) {
  const messages = bodies
    .filter((body) => headerOf(body)['token'] === call.token)
    .toSorted((a, b) => Number(headerOf(a)['sequence']) - Number(headerOf(b)['sequence']));
  assert.deepEqual(
    messages.map((body) => headerOf(body)['sequence']),
    Array.from({ length: end.messages }, (_, index) => index + 1),
  );
  const items = messages.flatMap(itemsOf);
  assert.ok(items.slice(0, -1).every(({ kind }) => 'RLP'.includes(kind)));
  assert.equal(items.at(-1)?.kind, end.outcome === 'returned' ? 'Z' : 'E');
  for (const body of messages) {
    const { v, records } = headerOf(body);
    assert.deepEqual([v, records], [1, itemsOf(body).filter(({ kind }) => kind === 'R').length]);
  }
  assert.equal(end.records, items.filter(({ kind }) => kind === 'R').length);
  assert.ok(end.bytes > 0 && end.milliseconds >= 0);
  const last = asObject(items.at(-1)?.json);
  // `result` of a run that returned; `told` is what one that did not says of itself.
  return { messages, items, result: last['value'], told: last };
}

function headerOf(body: Uint8Array): Record<string, unknown> {
  const text = Buffer.from(body).toString('utf8');
  return asObject(JSON.parse(text.slice(0, text.indexOf('\n'))));
}

function itemsOf(body: Uint8Array): ParsedItem[] {
  const lines = Buffer.from(body).toString('utf8').split('\n').slice(1, -1);
  return lines.map((line) => ({ kind: line.slice(0, 1), json: JSON.parse(line.slice(1)) as unknown }));
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
