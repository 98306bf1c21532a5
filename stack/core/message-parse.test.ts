import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseMessage } from './message-parse.ts';
import type { ParsedMessage } from './message-parse.ts';
import { ITEM_MAX_DEPTH, LINE_MAX_BYTES, MESSAGE_MAX_BYTES } from './message.ts';

const header = (records: number, more: object = {}): string =>
  JSON.stringify({ v: 1, token: 't', sequence: 1, records, ...more });
const bytesOf = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);

function read(...lines: readonly string[]): ParsedMessage {
  const records = lines.filter((line) => line.startsWith('R')).length;
  const parse = parseMessage(bytesOf(header(records), ...lines));
  assert.ok(parse.ok, parse.ok ? '' : parse.problem);
  return parse.message;
}

function problemOf(body: Uint8Array): string {
  const parse = parseMessage(body);
  assert.ok(!parse.ok);
  return parse.problem;
}

describe('a message', () => {
  test('gives its items with the places of their lines', () => {
    const message = read(
      'R["city",{"id":"a"}]',
      'L{"at":"2026-01-31T09:00:00Z","level":"error","text":"hello"}',
      'P{"cursor":{"page":2},"done":3}',
      'R["city",{"id":"b"}]',
      'Z{"value":[1]}',
    );
    assert.deepEqual(message.records, [
      { line: 1, recordType: 'city', data: { id: 'a' } },
      { line: 4, recordType: 'city', data: { id: 'b' } },
    ]);
    assert.deepEqual(message.logs, [{ line: 2, at: '2026-01-31T09:00:00Z', level: 'error', text: 'hello' }]);
    assert.deepEqual(message.progress, { cursor: { page: 2 }, done: 3, total: null });
    assert.deepEqual(message.ending, { outcome: 'returned', value: [1] });
  });

  test('whatever JSON a record holds arrives as it was sent, __proto__ and constructor too', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (data) => {
        const text = JSON.stringify(data);
        assert.equal(JSON.stringify(read(`R["city",${text}]`).records[0]?.data), text);
      }),
    );
    const hostile = '{"__proto__":{"admin":true},"constructor":{"prototype":1}}';
    const data = read(`R["city",${hostile}]`).records[0]?.data;
    assert.equal(JSON.stringify(data), hostile);
    assert.equal(Reflect.get({}, 'admin'), undefined);
  });

  test('is refused whole when its form is wrong', () => {
    assert.match(problemOf(Buffer.alloc(MESSAGE_MAX_BYTES + 1)), /bytes/);
    assert.match(problemOf(Buffer.from('no newline')), /no header/);
    assert.match(problemOf(Buffer.concat([Buffer.alloc(9000, 'x'), Buffer.from('\n')])), /no header/);
    for (const wrong of ['{}', 'x', '[]', header(0, { v: 2 }), header(0, { sequence: 0 }), header(-1)]) {
      assert.match(problemOf(bytesOf(wrong)), /well formed/);
    }
    assert.match(problemOf(bytesOf(header(2), 'R["city",{}]')), /says 2 records, it has 1/);
    assert.match(problemOf(Buffer.from(header(0) + '\n'.repeat(100_002))), /more than 100000 lines/);
  });

  test('any bytes after a header are read without an exception', () => {
    const head = Buffer.from(`${header(0)}\n`);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        (bytes) => void parseMessage(Buffer.concat([head, bytes])),
      ),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseMessage(bytes)));
  });
});

describe('a line that is wrong is set aside alone', () => {
  test('a record line', () => {
    const deep = '['.repeat(ITEM_MAX_DEPTH) + ']'.repeat(ITEM_MAX_DEPTH);
    const message = read(
      'Rnot json',
      'R["city"]',
      'R[7,{}]',
      `R["city",${deep}]`,
      `R["city","${'x'.repeat(LINE_MAX_BYTES)}"]`,
      'R["city",{"id":"good"}]',
    );
    assert.deepEqual(
      message.broken.map(({ line, problem }) => [line, problem.replace(/\d{3,}/, 'N')]),
      [
        [1, 'The emitted line is not JSON.'],
        [2, 'The emitted line is not a pair of record type and data.'],
        [3, 'The emitted line is not a pair of record type and data.'],
        [4, 'The emitted line is nested deeper than 32 levels.'],
        [5, 'The emitted line has N bytes.'],
      ],
    );
    assert.deepEqual(
      message.records.map(({ line }) => line),
      [6],
    );
  });

  test('brackets and quotes within strings are no depth', () => {
    const tricky = JSON.stringify({ id: `${'[{'.repeat(100)}"\\`, more: '\\"[[' });
    assert.equal(JSON.stringify(read(`R["city",${tricky}]`).records[0]?.data), tricky);
    assert.equal(read(`R["city",{"open":"${'['.repeat(50)}`).broken.length, 1);
  });

  test('bytes that are not UTF-8 are never replaced silently', () => {
    const wrong = Buffer.concat([Buffer.from('R["city",{"id":"'), Buffer.of(0xff), Buffer.from('"}]\n')]);
    const good = Buffer.from('R["city",{"id":"é"}]\n');
    const parse = parseMessage(Buffer.concat([Buffer.from(`${header(2)}\n`), wrong, good]));
    assert.ok(parse.ok);
    assert.equal(parse.message.broken[0]?.problem, 'The emitted line is not UTF-8.');
    assert.deepEqual(parse.message.records[0]?.data, { id: 'é' });
  });

  test('a log line, progress, result or unknown line leaves a warning', () => {
    const message = read('L{"text":7}', 'Lx', 'P7', 'Px', 'Q', '', 'Zx');
    assert.equal(message.logs.length, 7);
    assert.ok(message.logs.every(({ level, text }) => level === 'warn' && text.includes('set aside')));
    assert.equal(message.progress, null);
    assert.deepEqual(message.ending, { outcome: 'returned', value: null });
  });

  test('what a log line or progress does not say has a default', () => {
    const message = read('L{"text":"x","level":"loud","at":"yesterday"}', 'P{"cursor":null,"done":"many"}');
    assert.deepEqual(message.logs, [{ line: 1, at: null, level: 'info', text: 'x' }]);
    assert.deepEqual(message.progress, { cursor: null, done: null, total: null });
  });
});

describe('an error at the end', () => {
  test('keeps its code when the code is known, and says whose fault it is', () => {
    const { ending } = read('E{"code":"credentials_rejected","message":"no","stack":"at x"}');
    assert.ok(ending?.outcome === 'threw');
    assert.equal(ending.error.code, 'credentials_rejected');
    assert.equal(ending.error.stack, 'at x');
  });

  test('is the function’s own otherwise', () => {
    for (const line of ['E{"code":"toString","message":""}', 'Ex', 'E[]', 'E{"code":7,"stack":7}']) {
      const { ending } = read(line);
      assert.ok(ending?.outcome === 'threw');
      assert.deepEqual(
        [ending.error.code, ending.error.message, ending.error.stack],
        ['function_error', 'The function failed without a message.', undefined],
      );
    }
  });
});
