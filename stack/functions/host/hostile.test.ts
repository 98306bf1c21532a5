import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FunctionCall, FunctionEnd } from '@middle/cloud/ports/functions.ts';
import { headerOf, itemsOf } from '../test/messages.ts';
import type { SandboxBench } from '../testing/sandbox-bench.ts';
import { callOf, sandboxBench } from '../testing/sandbox-bench.ts';

/**
 * The corpus in functions/hostile: each file tries one thing against the real sandbox and says in its head what must
 * come of it: `held` (it went on and got nothing), or the code of the error that ended it. `a|b` allows either.
 */
const CORPUS = new URL('../hostile/', import.meta.url);
/** In the environment of the host, in files, in credentials: must never come out of a sandbox. */
const CANARY = 'CANARY-7f3a9c';

const probes = await Promise.all(
  (await readdir(CORPUS))
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map(async (name) => {
      const code = await readFile(new URL(name, CORPUS), 'utf8');
      const [, what = name] = /^\/\/ (.*)\n/.exec(code) ?? [];
      const [, expected = ''] = /^\/\/ expect: (.*)$/m.exec(code) ?? [];
      return { name, code, what, expected: expected.split('|') };
    }),
);

type Probe = (typeof probes)[number];

describe('hostile functions', () => {
  let bench: SandboxBench;
  let folder = '';
  let input: Record<string, string> = {};
  let hits = 0;
  const servers: { close: () => void }[] = [];

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push({
      close: () => {
        server.closeAllConnections();
        server.close();
      },
    });
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    return `http://127.0.0.1:${String(address.port)}/`;
  }

  before(async () => {
    process.env['MIDDLE_CANARY'] = CANARY;
    folder = await mkdtemp(join(tmpdir(), 'middle-hostile-'));
    await mkdir(join(folder, 'scratch'));
    const canary = join(folder, 'canary.txt');
    const canaryJson = join(folder, 'canary.json');
    await writeFile(canary, CANARY);
    await writeFile(canaryJson, JSON.stringify(CANARY));
    const server = await serve((_, response) => {
      hits += 1;
      response.end(CANARY);
    });
    const redirector = await serve((_, response) => response.writeHead(302, { location: server }).end());
    const echo = await serve((_, response) => response.end('ok'));
    // Never answers.
    const slow = await serve(() => undefined);
    input = { canary, canaryJson, folder, server, redirector, echo, slow };
    bench = await sandboxBench({ poolSize: 3 });
  });

  after(async () => {
    delete process.env['MIDDLE_CANARY'];
    await bench[Symbol.asyncDispose]();
    for (const server of servers) server.close();
    await rm(folder, { recursive: true, force: true });
  });

  function probeCall({ name, code, expected }: Probe): FunctionCall {
    const allowed = [input['redirector'], input['echo'], input['slow']].map((url) => new URL(url ?? '').host);
    return callOf('', {
      bundle: { digest: '', code },
      input,
      settings: { region: 'eu' },
      egress: {
        baseUrl: null,
        hosts: [],
        developmentHosts: allowed,
        headers: { 'x-key': CANARY },
        rate: null,
      },
      limits: {
        // Generous: on a busy machine a flood takes its time to reach its own cap.
        wallSeconds: expected.includes('function_timeout') ? 1 : 90,
        // Each worker reserves address space of its own; with less, it would end before it has tried anything.
        memoryMegabytes: name.startsWith('worker-') && !name.includes('bomb') ? 512 : 128,
        outputBytes: 20_000_000,
        records: 20_000,
      },
    });
  }

  /** Whatever a function did, its messages are in order, carry its own token, and end once. */
  function checkMessages(call: FunctionCall, end: FunctionEnd): void {
    const messages = bench.queue.sent.filter((message) => headerOf(message)['token'] === call.token);
    const all = Buffer.concat(messages).toString('latin1');
    assert.ok(!all.includes(CANARY), 'a secret came out');
    assert.ok(!all.includes('AFTER-THE-END'), 'something came after the end');
    for (const [index, message] of messages.entries()) {
      const items = itemsOf(message);
      const { v, sequence, records } = headerOf(message);
      assert.deepEqual([v, sequence], [1, index + 1]);
      assert.equal(records, items.filter((item) => item.kind === 'R').length);
      for (const [at, { kind }] of items.entries()) {
        const last = index === messages.length - 1 && at === items.length - 1;
        assert.ok(last ? 'ZE'.includes(kind) : 'RLP'.includes(kind), `an item of kind ${kind}`);
      }
    }
    assert.equal(end.messages, messages.length);
  }

  describe('each probe', { concurrency: 2 }, () => {
    for (const probe of probes) {
      const { name, what, expected } = probe;
      test(`${name}: ${what}`, async () => {
        const call = probeCall(probe);
        const end = await bench.functions.invoke(call, new AbortController().signal);
        checkMessages(call, end);
        if (end.error === null) {
          const last = bench.queue.sent.findLast((message) => headerOf(message)['token'] === call.token);
          const result = itemsOf(last ?? new Uint8Array()).at(-1)?.json;
          assert.ok(
            expected.includes('held') && result === '{"value":"held"}',
            `it returned ${String(result)}`,
          );
        } else {
          assert.ok(
            expected.includes(end.error.code),
            `it ended with ${end.error.code}: ${end.error.message}`,
          );
        }
      });
    }
  });

  test('afterwards nothing was reached, written or left, and functions still run', async () => {
    const { end, result } = await bench.run('return 1 + 1');
    assert.deepEqual([end.outcome, result], ['returned', 2]);
    assert.equal(hits, 0, 'a service of the machine was reached');
    assert.equal(await readFile(join(folder, 'canary.txt'), 'utf8'), CANARY);
    assert.deepEqual((await readdir(folder)).toSorted(), ['canary.json', 'canary.txt', 'scratch']);
    await bench.functions.close();
    assert.deepEqual(await readdir(bench.scratchFolder), []);
  });
});
