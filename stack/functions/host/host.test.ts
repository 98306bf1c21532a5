import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { EgressPolicy } from '@middle/cloud/ports/functions.ts';
import { bundlePackage } from '../build/bundle.ts';
import { callOf, sandboxBench } from '../testing/sandbox-bench.ts';

const NEVER = new AbortController().signal;

async function serve(
  listener: RequestListener,
): Promise<AsyncDisposable & { url: string; egress: EgressPolicy }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const host = `127.0.0.1:${String(address.port)}`;
  const url = `http://${host}`;
  return {
    url,
    egress: { baseUrl: url, hosts: [], developmentHosts: [host], headers: { 'x-key': 'secret' }, rate: null },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, 'waited for too long');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function childProcesses(): Promise<number[]> {
  const children = await readFile(`/proc/self/task/${String(process.pid)}/children`, 'utf8');
  return children
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

// One at a time: one of them kills whatever process appeared while it ran.
describe('the function host', () => {
  test('the stack of an error names the files and lines of its author, and nothing of the machine', async () => {
    await using bench = await sandboxBench({ poolSize: 0 });
    const files = new Map(
      Object.entries({
        'functions/sales.ts': `import { total } from '../packages/sums.ts';\n\nexport default async function sales(ctx: { input: unknown }) {\n  return total(ctx.input);\n}\n`,
        'packages/sums.ts': `// sums\nexport function total(input: unknown): number {\n  throw new RangeError('no sum of ' + JSON.stringify(input));\n}\n`,
      }).map(([path, text]) => [path, new TextEncoder().encode(text)]),
    );
    const { bundles } = await bundlePackage(files, [
      { key: 'sales', file: 'functions/sales.ts', kind: 'sync', engine: 'javascript' },
    ]);
    const [bundle] = bundles;
    assert.ok(bundle !== undefined);
    const { end, result } = await bench.run('', { bundle });
    assert.equal(end.error?.message, 'RangeError: no sum of {}');
    assert.deepEqual(result, {
      code: 'function_error',
      message: 'RangeError: no sum of {}',
      stack: 'at total (packages/sums.ts:3:9)\nat sales (functions/sales.ts:4:10)',
    });
  });

  test('requests go out by the broker with bodies as bytes, and answers come back as streams', async () => {
    await using server = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        const digest = createHash('sha256').update(body).digest('hex');
        response.writeHead(201, {
          'x-seen': `${request.method ?? ''} ${String(request.headers['x-key'])} ${digest}`,
          'set-cookie': ['a=1', 'b=2'],
        });
        response.end(body);
        return null;
      });
    });
    await using bench = await sandboxBench();
    const { result, logs } = await bench.run(
      `const bytes = new Uint8Array(1_500_000).map((_, at) => at * 7);
      const response = await fetch('/upload?secret=1', { method: 'PUT', body: bytes, headers: { 'content-type': 'application/x' } });
      const back = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, url: response.url, same: back.length === bytes.length && back.every((byte, at) => byte === bytes[at]),
        seen: response.headers.get('x-seen'), cookies: response.headers.getSetCookie(), key: JSON.stringify([...response.headers]).includes('x-key') };`,
      { egress: server.egress },
    );
    const bytes = new Uint8Array(1_500_000).map((_, at) => at * 7);
    const digest = createHash('sha256').update(bytes).digest('hex');
    assert.deepEqual(result, {
      status: 201,
      url: `${server.url}/upload?secret=1`,
      same: true,
      seen: `PUT secret ${digest}`,
      cookies: ['a=1', 'b=2'],
      key: false,
    });
    assert.ok(
      logs.some(
        (line) => line.startsWith('debug PUT 127.0.0.1') && line.includes('/upload → 201, 1500000 bytes'),
      ),
    );
    assert.ok(!logs.join().includes('secret'));
  });

  test('many requests at once all come back; one that is given up ends; Request objects work', async () => {
    let open = 0;
    let most = 0;
    await using server = await serve((request, response) => {
      if (request.url === '/hang') return;
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end(request.url);
      }, 5);
    });
    await using bench = await sandboxBench();
    const { result, end } = await bench.run(
      `const all = await Promise.all(Array.from({ length: 60 }, (_, n) => fetch('/n/' + n).then((r) => r.text())));
      const aborted = await fetch('/hang', { signal: AbortSignal.timeout(50) }).catch((error) => error.name);
      const request = await fetch(new Request(ctx.input.url + '/request', { method: 'POST', body: 'x' })).then((r) => r.text());
      return { right: all.every((text, n) => text === '/n/' + n), aborted, request };`,
      { egress: server.egress, input: { url: server.url } },
    );
    assert.deepEqual(
      result,
      { right: true, aborted: 'TimeoutError', request: '/request' },
      JSON.stringify(end),
    );
    assert.ok(most <= 16, String(most));
  });

  test('ctx.pages follows Link headers, addresses, paths and cursors, and tells what it cannot follow', async () => {
    await using server = await serve((request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      const page = Number(
        url.searchParams.get('page') ??
          url.searchParams.get('cursor') ??
          url.searchParams.get('after') ??
          '1',
      );
      const answer = (body: unknown, headers: Record<string, string> = {}) =>
        response.writeHead(200, headers).end(JSON.stringify(body));
      const more = page < 3;
      const items = [{ page }];
      if (url.pathname === '/link')
        answer(items, more ? { link: `</link?page=${String(page + 1)}>; rel="next", </>; rel="first"` } : {});
      else if (url.pathname === '/address')
        answer({ data: items, next: more ? `${server.url}/address?page=${String(page + 1)}` : null });
      else if (url.pathname === '/path')
        answer({ results: items, paging: { next: more ? `/path?page=${String(page + 1)}` : '' } });
      else if (url.pathname === '/cursor')
        answer({ records: items, next_cursor: more ? String(page + 1) : undefined });
      else if (url.pathname === '/custom')
        answer({ deep: { list: items }, meta: { following: more ? page + 1 : null } });
      else if (url.pathname === '/same') answer({ items, next: 'again' });
      else if (url.pathname === '/two') answer({ one: items, other: items });
      else if (url.pathname === '/broken') response.end('<html>');
      else response.writeHead(503).end('down');
    });
    await using bench = await sandboxBench();
    const { result, end } = await bench.run(
      `const walk = async (path, options) => {
        const pages = [];
        try { for await (const page of ctx.pages(path, options)) pages.push(page.items[0].page); } catch (error) { pages.push(error.message.slice(0, 60)); }
        return pages;
      };
      return {
        link: await walk('/link'), address: await walk('/address'), path: await walk('/path'), cursor: await walk('/cursor?limit=5'),
        custom: await walk('/custom', { items: 'deep.list', next: (body) => body.meta.following, cursorParameter: 'after' }),
        from: await walk('/cursor', { from: '2' }), same: await walk('/same'), two: await walk('/two'), broken: await walk('/broken'), down: await walk('/down'),
      };`,
      { egress: server.egress },
    );
    assert.deepEqual(
      result,
      {
        link: [1, 2, 3],
        address: [1, 2, 3],
        path: [1, 2, 3],
        cursor: [1, 2, 3],
        custom: [1, 2, 3],
        from: [2, 3],
        same: [1, null, 'The page “again” of /same names itself, or an earlier one, as next.'.slice(0, 60)],
        two: ['Which list of the answer of /two has the items? Tell with the option items.'.slice(0, 60)],
        broken: ['GET /broken did not answer JSON: <html>'],
        down: ['GET /down answered 503: down'],
      },
      JSON.stringify(end),
    );
  });

  test(
    'a process that is killed from outside is lost, and its end still reaches the queue',
    { skip: process.platform !== 'linux' },
    async () => {
      await using bench = await sandboxBench({ poolSize: 0 });
      const before = new Set(await childProcesses());
      const call = callOf(
        `ctx.emit('sale', { id: '1' }); await ctx.progress({ cursor: 1 }); await new Promise(() => {});`,
      );
      const ended = bench.functions.invoke(call, NEVER);
      await until(() => bench.queue.sent.length > 0);
      for (const pid of await childProcesses()) if (!before.has(pid)) process.kill(pid, 'SIGKILL');
      const end = await ended;
      assert.deepEqual(
        [end.outcome, end.error?.code, end.error?.fault, end.records],
        ['lost', 'function_lost', 'platform', 1],
      );
      assert.match(Buffer.from(bench.queue.sent.at(-1) ?? []).toString(), /\nE\{"code":"function_lost"/);
    },
  );

  test('a queue that is slow slows the function down, and nothing is held in memory', async () => {
    await using bench = await sandboxBench({ poolSize: 0 });
    let largest = 0;
    const base = process.memoryUsage().rss;
    bench.queue.keep = false;
    bench.queue.beforeSend = async () => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      largest = Math.max(largest, process.memoryUsage().rss - base);
    };
    const call = callOf(
      `const pad = 'x'.repeat(1000); for (let id = 0; id < 100_000; id += 1) ctx.emit('sale', { id, pad });`,
      {
        limits: { wallSeconds: 30, memoryMegabytes: 128, outputBytes: 1e9, records: 1e6 },
      },
    );
    const end = await bench.functions.invoke(call, NEVER);
    assert.deepEqual([end.outcome, end.records], ['returned', 100_000]);
    assert.ok(largest < 80_000_000, `${String(largest)} bytes more`);
  });

  test('a queue that takes nothing ends the run as lost', async () => {
    const clock = { now: () => new Date(), sleep: () => Promise.resolve() };
    await using bench = await sandboxBench({ poolSize: 0, clock });
    bench.queue.beforeSend = () => Promise.reject(new Error('gone'));
    const end = await bench.functions.invoke(
      callOf(`ctx.emit('sale', { id: 1 }); await new Promise(() => {});`),
      NEVER,
    );
    assert.deepEqual([end.outcome, end.error?.code], ['lost', 'function_lost']);
  });

  test(
    'processes wait only while functions run now and then; closing leaves none, and no directory',
    { skip: process.platform !== 'linux' },
    async () => {
      const bench = await sandboxBench({ poolSize: 2, poolIdleSeconds: 1 });
      assert.equal(
        (await readdir(bench.scratchFolder)).length,
        0,
        'nothing is started before the first invocation',
      );
      assert.equal((await bench.run('return 1;')).end.start, 'cold');
      await until(async () => (await readdir(bench.scratchFolder)).length === 2);
      await until(async () => (await readdir(bench.scratchFolder)).length === 0);
      assert.equal((await bench.run('return 1;')).end.start, 'cold');
      const running = bench.functions.invoke(callOf('for (;;);'), NEVER);
      await bench.functions.close();
      assert.deepEqual([(await running).outcome, await readdir(bench.scratchFolder)], ['lost', []]);
      await bench[Symbol.asyncDispose]();
      await assert.rejects(bench.functions.invoke(callOf('return 1;'), NEVER), /closed/);
    },
  );

  test('what an earlier crash left in the scratch folder is removed at the start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'middle-left-'));
    await mkdir(join(folder, 'run-left', 'deep'), { recursive: true });
    const bench = await sandboxBench({ scratchFolder: folder });
    assert.deepEqual(await readdir(folder), []);
    await bench[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  test('a function in Python is refused with what is missing', async () => {
    await using bench = await sandboxBench({ poolSize: 0 });
    await assert.rejects(
      bench.functions.invoke(callOf('', { engine: 'python' }), NEVER),
      /no engine for python/,
    );
  });
});
