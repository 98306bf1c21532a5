import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileLink, signFileLink } from './file-link.ts';

const key = new Uint8Array(32).fill(7);
const expires = Date.UTC(2026, 0, 31) / 1000;
const before = new Date(expires * 1000 - 1);
const link = { file: '0198c0de-0000-7000-8000-000000000001', name: 'Grüße 世界.csv', expires };

test('a link reads as it was signed, until it expires, with its own key only', () => {
  const token = signFileLink(link, key);
  assert.match(token, /^[\w-]+\.[\w-]+$/);
  assert.deepEqual(readFileLink(token, key, before), link);
  assert.equal(readFileLink(token, key, new Date(expires * 1000)), null);
  assert.equal(readFileLink(token, new Uint8Array(32), before), null);
});

test('no changed character, no other link’s mac and no rubbish is taken', () => {
  const token = signFileLink(link, key);
  for (let at = 0; at < token.length; at += 1) {
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    assert.equal(readFileLink(changed, key, before), null, changed);
  }
  const other = signFileLink({ ...link, name: 'other.csv' }, key);
  const [payload = ''] = token.split('.');
  const [, mac = ''] = other.split('.');
  for (const bad of [
    '',
    '.',
    `${payload}.`,
    `${payload}.${mac}`,
    `${token}.x`,
    `${token}=`,
    'x'.repeat(5_000),
  ]) {
    assert.equal(readFileLink(bad, key, before), null, bad);
  }
});
