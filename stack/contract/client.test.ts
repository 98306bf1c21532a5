import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiProblem, createClient } from './client.ts';

interface Sent {
  url: string;
  init: RequestInit;
}

function clientThat(answers: (sent: Sent) => Response | Promise<Response>) {
  const sent: Sent[] = [];
  const client = createClient({
    baseUrl: 'http://stack.test',
    token: 'secret',
    fetch: async (input, init = {}) => {
      const one = { url: new Request(input).url, init };
      sent.push(one);
      return answers(one);
    },
  });
  return { client, sent };
}

test('a call fills in the path, the query and the bearer token', async () => {
  const { client, sent } = clientThat(() =>
    Response.json({ items: [], next: null, total: { count: 0, exact: true } }),
  );
  await client.listRecords({
    params: { connectionId: 'c', recordType: 'a/b' },
    query: { filter: ['name:is:x y', 'n:gt:3'], limit: 5 },
  });
  assert.equal(
    sent[0]?.url,
    'http://stack.test/api/v1/connections/c/record-types/a%2Fb/records?filter=name%3Ais%3Ax+y&filter=n%3Agt%3A3&limit=5',
  );
  assert.equal(new Headers(sent[0]?.init.headers).get('authorization'), 'Bearer secret');
});

test('a body travels as JSON, a package as its bytes', async () => {
  const { client, sent } = clientThat(() => Response.json({}));
  await client.createAccount({ body: { key: 'demo', name: 'Demo' } });
  await client.checkApp({ body: new Uint8Array([1, 2]) });
  assert.equal(sent[0]?.init.body, '{"key":"demo","name":"Demo"}');
  assert.equal(new Headers(sent[1]?.init.headers).get('content-type'), 'application/zip');
});

test('a problem document becomes an ApiProblem', async () => {
  const problem = {
    type: 'urn:middle:problem:not_found',
    title: 'not found',
    status: 404,
    detail: 'no account nope',
    code: 'not_found',
    fault: 'user',
    hint: 'List them.',
    requestId: 'r1',
  };
  const { client } = clientThat(() => Response.json(problem, { status: 404 }));
  await assert.rejects(client.getAccount({ params: { accountId: 'nope' } }), (error) => {
    assert(error instanceof ApiProblem);
    assert.deepEqual(
      [error.code, error.status, error.fault, error.hint, error.requestId, error.message],
      ['not_found', 404, 'user', 'List them.', 'r1', 'no account nope'],
    );
    return true;
  });
});

test('an answer that is no problem document, and no answer at all, are ApiProblems too', async () => {
  const html = clientThat(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
  await assert.rejects(
    html.client.getMe(),
    (error) => error instanceof ApiProblem && error.status === 502 && error.code === 'internal',
  );
  const down = clientThat(() => Promise.reject(new TypeError('fetch failed')));
  await assert.rejects(
    down.client.getMe(),
    (error) => error instanceof ApiProblem && error.status === 0 && error.code === 'not_running',
  );
});
