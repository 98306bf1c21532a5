import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { WORDS_MAX, wordQuery, wordsIn, wordsOfValues } from './words.ts';

test('words are letters and digits, small and without accents', () => {
  assert.deepEqual(wordsIn('Order ORD-12345, Liège: café_x!'), [
    'order',
    'ord',
    '12345',
    'liege',
    'cafe',
    'x',
  ]);
  assert.deepEqual(wordsIn('  …  '), []);
  assert.deepEqual(wordsIn('東京 1'), ['東京', '1']);
});

test('the values of an object are looked through, however deep, each word once', () => {
  const values = [
    { customer: { name: 'Ann Smith', tags: ['vip', 'Ann'] }, total: 12.5, ok: true, none: null },
  ];
  assert.deepEqual(wordsOfValues(values), ['ann', 'smith', 'vip', '12', '5']);
});

test('a large value does not fill the index', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => `word${index}`);
  assert.equal(wordsOfValues([many]).length, WORDS_MAX);
  assert.ok(wordsOfValues(['x'.repeat(1_000_000)]).every((word) => word.length <= 64));
});

test('whatever a text is, its words are whole characters and quote nothing', () => {
  assert.equal(wordsIn(`a${'𠀀'.repeat(40)}`)[0], `a${'𠀀'.repeat(31)}`);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      for (const word of [...wordsIn(text), ...wordsOfValues([{ text }])]) {
        assert.ok(word.isWellFormed() && word !== '' && word.length <= 64 && !/['\\\s\0]/.test(word), word);
      }
    }),
  );
});

test('the last word of a query may go on, unless something stands behind it', () => {
  assert.deepEqual(wordQuery('Ann Smi'), { words: ['ann'], beginning: 'smi' });
  assert.deepEqual(wordQuery('Ann Smith '), { words: ['ann', 'smith'], beginning: null });
  assert.equal(wordQuery(' - '), null);
});
