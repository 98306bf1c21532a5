import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSecret, newSecret, prefixOf } from './secret.ts';

test('a secret is found by its beginning and known by its hash alone', () => {
  const { text, prefix, hash } = newSecret();
  assert.match(text, /^mk_[0-9a-f]{10}_[A-Za-z0-9_-]{43}$/);
  assert.equal(prefixOf(text), prefix);
  assert.equal(hash.length, 32);
  assert(isSecret(text, hash));
  for (let at = 0; at < text.length; at += 1) {
    const other = text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1);
    assert(!isSecret(other, hash));
  }
});

test('nothing is the secret of a key that there is not', () => {
  assert(!isSecret('', null));
  assert(!isSecret(newSecret().text, null));
  assert(!isSecret(newSecret().text, newSecret().hash));
});

test('what has not the form of a secret is not looked up', () => {
  const { text } = newSecret();
  for (const wrong of ['', 'mk_', text.slice(1), `${text}x`, `${text}\n`, text.toUpperCase(), ` ${text}`]) {
    assert.equal(prefixOf(wrong), null);
  }
});

test('no two are the same', () => {
  const made = Array.from({ length: 1_000 }, newSecret);
  assert.equal(new Set(made.map(({ text }) => text)).size, made.length);
  assert.equal(new Set(made.map(({ prefix }) => prefix)).size, made.length);
});
