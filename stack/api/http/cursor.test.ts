import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { z } from 'zod';
import { MiddleError } from '@middle/core/errors.ts';
import { decodeCursor, encodeCursor, pageOf } from './cursor.ts';

const position = z.strictObject({ name: z.string(), id: z.int() });
const refused = (error: unknown): boolean => error instanceof MiddleError && error.code === 'request_invalid';
const text = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\0') && one.isWellFormed());

test('a position comes back as it went', () => {
  fc.assert(
    fc.property(text, fc.maxSafeInteger(), (name, id) => {
      assert.deepEqual(decodeCursor(position, encodeCursor({ name, id })), { name, id });
    }),
  );
});

test('what no list gave is refused, whatever it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (made) => {
      assert.throws(() => decodeCursor(position, made), refused);
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.throws(() => decodeCursor(position, encodeCursor(value)), refused);
    }),
  );
});

test('a character that Postgres can not store is refused', () => {
  assert.throws(() => decodeCursor(position, encodeCursor({ name: 'a\0b', id: 1 })), refused);
});

test('pages cut a list into pieces that make the list again', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat()), fc.integer({ min: 1, max: 9 }), (ids, limit) => {
      const rows = [...ids].sort((a, b) => a - b);
      const seen: number[] = [];
      let after: number | undefined;
      for (;;) {
        const from = after;
        const rest = from === undefined ? rows : rows.filter((id) => id > from);
        const page = pageOf(rest.slice(0, limit + 1), limit, (id) => id);
        seen.push(...page.items);
        if (page.next === null) break;
        after = decodeCursor(z.int(), page.next);
      }
      assert.deepEqual(seen, rows);
    }),
  );
});
