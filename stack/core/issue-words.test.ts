import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { issueWords } from './issue-words.ts';

function wordsFor(schema: z.ZodType, value: unknown): readonly string[] {
  return (schema.safeParse(value).error?.issues ?? []).map((issue) => issueWords(issue));
}

test('a choice is told with all that may be chosen', () => {
  assert.deepEqual(wordsFor(z.enum(['on', 'off']), 'of'), ['must be one of on, off']);
  assert.deepEqual(wordsFor(z.literal('on'), 'of'), ['must be on']);
});

test('what is not there is missing; what is not known is named', () => {
  const schema = z.strictObject({ name: z.string() });
  assert.deepEqual(wordsFor(schema, {}), ['is missing']);
  assert.deepEqual(wordsFor(schema, { name: 'a', nmae: 1 }), ['“nmae” is not known here']);
  assert.deepEqual(wordsFor(schema, { name: 'a', b: 1, c: 1 }), ['“b”, “c” are not known here']);
});

test('a schema’s own words stay', () => {
  assert.deepEqual(wordsFor(z.string().regex(/^a/, 'must begin with a'), 'b'), ['must begin with a']);
});
