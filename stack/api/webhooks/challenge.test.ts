import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WebhookDefinition } from '@middle/core/manifest.ts';
import { challengeAnswer } from './challenge.ts';
import { listsOf, shownContent } from './content.ts';

const webhook = (challenge: WebhookDefinition['challenge']): WebhookDefinition => ({
  key: 'k',
  title: 'K',
  function: 'k',
  timeout: 30,
  memoryMegabytes: 256,
  methods: ['POST'],
  secrets: [],
  challenge,
});
const inQuery = webhook({ from: 'query', parameter: 'c', when: { mode: 'subscribe' } });
const inBody = webhook({ from: 'body', parameter: 'challenge', when: {} });
const body = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const NOTHING = new Uint8Array();

test('only the question that is described is answered', () => {
  assert.equal(challengeAnswer(webhook(undefined), { c: ['1'] }, NOTHING), null);
  assert.equal(challengeAnswer(inQuery, { c: ['1'], mode: ['subscribe'] }, NOTHING), '1');
  assert.equal(challengeAnswer(inQuery, { c: ['1'], mode: ['other'] }, NOTHING), null);
  assert.equal(challengeAnswer(inQuery, { c: ['1'] }, NOTHING), null);
  assert.equal(challengeAnswer(inQuery, { c: ['x'.repeat(3_000)], mode: ['subscribe'] }, NOTHING), null);
  assert.equal(challengeAnswer(inBody, {}, body({ challenge: 'abc' })), 'abc');
  for (const other of [{ challenge: 1 }, { challenge: '' }, {}, null, [], 'challenge']) {
    assert.equal(challengeAnswer(inBody, {}, body(other)), null);
  }
  assert.equal(challengeAnswer(inBody, {}, Buffer.from('{')), null);
  assert.equal(
    challengeAnswer(webhook({ from: 'body', parameter: 'toString', when: {} }), {}, body({})),
    null,
  );
});

test('what people see of a request has no credential in it, and is no half character', () => {
  const shown = shownContent({
    method: 'POST',
    headers: {
      authorization: ['Bearer x'],
      cookie: ['a=b'],
      'x-hub-signature-256': ['sha256=1', 'sha256=2'],
      'x-api-key': ['k'],
      'content-type': ['application/json'],
    },
    query: listsOf([
      ['a', '1'],
      ['a', '2'],
      ['__proto__', 'x'],
    ]),
    body: Buffer.from('é'.repeat(40_000)).toString('base64'),
  });
  assert.deepEqual(shown.headers, {
    authorization: ['[protected]'],
    cookie: ['[protected]'],
    'x-hub-signature-256': ['[protected]', '[protected]'],
    'x-api-key': ['[protected]'],
    'content-type': ['application/json'],
  });
  assert.deepEqual(Object.entries(shown.query), [
    ['a', ['1', '2']],
    ['__proto__', ['x']],
  ]);
  assert.equal(shown.body, 'é'.repeat(32_768));
  const bytes = { method: 'POST', headers: {}, query: {}, body: Buffer.from([0xff, 0]).toString('base64') };
  assert.equal(shownContent(bytes).body, null);
});
