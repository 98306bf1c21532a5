import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { claimedConnection, isWebhookToken, webhookToken } from './webhook-address.ts';

const KEY = Buffer.alloc(32, 7);

test('a token names its connection, and is right for its generation alone', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.nat(1_000), fc.nat(1_000), (connection, generation, other) => {
      const token = webhookToken(KEY, connection, generation);
      assert.match(token, /^[A-Za-z0-9_-]{48}$/);
      assert.equal(claimedConnection(token), connection);
      assert(isWebhookToken(KEY, token, connection, [generation + 1, generation]));
      assert.equal(isWebhookToken(KEY, token, connection, [other]), other === generation);
      assert(!isWebhookToken(Buffer.alloc(32, 8), token, connection, [generation]));
      assert(!isWebhookToken(KEY, token, '019a0000-0000-7000-8000-000000000000', [generation]));
    }),
  );
});

test('no other text is taken for a token', () => {
  const token = webhookToken(KEY, '019a0000-0000-7000-8000-000000000000', 0);
  for (const wrong of [
    '',
    'x',
    `${token}A`,
    token.slice(1),
    `${token}=`,
    token.replace(/.$/, '+'),
    ' '.repeat(48),
  ]) {
    assert.equal(claimedConnection(wrong), null, wrong);
  }
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      const claimed = claimedConnection(text);
      assert(claimed === null || !isWebhookToken(KEY, text, claimed, [0]));
    }),
  );
});
