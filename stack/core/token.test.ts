import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { signToken, verifyToken } from './token.ts';

const key = Buffer.alloc(32, 1);
const now = new Date('2026-01-31T12:00:00Z');
const claims = {
  app: 'atlas',
  version: 'v1',
  connection: 'c1',
  invocation: 'i1',
  expires: now.getTime() / 1000 + 60,
};

test('a signed token says what was signed until it expires', () => {
  const token = signToken(claims, key);
  assert.deepEqual(verifyToken(token, key, now), claims);
  assert.equal(verifyToken(token, key, new Date(claims.expires * 1000)), null);
});

test('a token of another key says nothing', () => {
  assert.equal(verifyToken(signToken(claims, Buffer.alloc(32, 2)), key, now), null);
});

test('no change of a token is accepted', () => {
  const token = signToken(claims, key);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'z', '.', '9', '_'), (at, other) => {
      // The last character of base64url carries bits that say nothing.
      fc.pre(token[at] !== other && at !== token.length - 1);
      assert.equal(verifyToken(token.slice(0, at) + other + token.slice(at + 1), key, now), null);
    }),
  );
  for (const cut of ['', '.', token.split('.')[0] ?? '', `${token}.`, `${token}.x`, token.slice(0, -10)]) {
    assert.equal(verifyToken(cut, key, now), null);
  }
});

test('what is signed but has no such claims says nothing', () => {
  const signed = (text: string): string => {
    const payload = Buffer.from(text).toString('base64url');
    return `${payload}.${createHmac('sha256', key).update(payload).digest('base64url')}`;
  };
  for (const text of ['', 'null', '[]', '{"app":"atlas"}', JSON.stringify({ ...claims, role: 'owner' })]) {
    assert.equal(verifyToken(signed(text), key, now), null);
  }
  assert.equal(verifyToken(signed(JSON.stringify({ ...claims, app: 'x'.repeat(3000) })), key, now), null);
});

test('any text is read without an exception', () => {
  fc.assert(fc.property(fc.string(), (text) => verifyToken(text, key, now) === null));
});
