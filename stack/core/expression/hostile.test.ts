import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MiddleError } from '../errors.ts';
import { compile } from './check.ts';
import { evaluate } from './evaluate.ts';
import { ANY, arrayOf, NUMBER, TEXT } from './types.ts';

const SCOPE = { any: ANY, list: arrayOf(NUMBER), t: TEXT } as const;
const TWICE = '.map(a, [a, a])'.repeat(45);
const LONG = 'a'.repeat(1_000_000);

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let at = 0; at < levels; at += 1) value = [value];
  return value;
}

function work(source: string, any: unknown = null): unknown {
  const compiled = compile(source, { scope: SCOPE });
  assert.ok(compiled.ok, source);
  return evaluate(compiled.expression, { scope: { any, list: [1], t: LONG }, now: new Date(0), seed: '' });
}

/** Ended by its own limits: a test of seconds would depend on the machine, so none of these may be near a minute. */
const isEnded = (error: unknown): boolean =>
  error instanceof MiddleError && error.code === 'expression_failed';

describe('an expression that means harm', () => {
  const doubling = [
    `[[1]]${TWICE}`,
    `text([[1]]${TWICE})`,
    `json([[1]]${TWICE})`,
    `"" + [[1]]${TWICE}`,
    `unique([[1]]${TWICE})`,
    `[[1]]${TWICE}.groupBy(x, x)`,
    `[[1]]${TWICE} == [[1]]${TWICE}`,
    `[[1]]${TWICE} in [[[1]]${TWICE}]`,
    `join([[1]]${TWICE})`,
  ];
  for (const source of doubling) {
    test(`a list that doubles with each step is not written out: ${source.replaceAll(TWICE, '…')}`, () => {
      assert.throws(() => work(source), isEnded);
    });
  }

  test('a type that doubles with each step is not followed', () => {
    const twice = `list${'.map(a, {"x": a, "y": a})'.repeat(40)}`;
    assert.ok(compile(`${twice} == ${twice}`, { scope: SCOPE }).ok);
    assert.ok(compile(`[${twice}, ${twice}]`, { scope: SCOPE }).ok);
  });

  test('values that are too deep end with an error wherever they are looked at', () => {
    const any = deep(50_000);
    for (const source of ['any', 'text(any)', 'unique([any])', '[any] == [[any]]', 'any < any', 'any + 1']) {
      assert.throws(() => work(source, any), isEnded, source);
    }
    assert.equal(work('parseJson(any)', '['.repeat(100_000)), null);
    assert.throws(() => work('parseJson(any)', `${'['.repeat(50_000)}${']'.repeat(50_000)}`), isEnded);
  });

  test('looking for a long text in a longer one is counted by both', () => {
    const half = `${'a'.repeat(10_000)}b${'a'.repeat(10_000)}`;
    for (const source of ['t.contains(any)', 't.split(any)', 't.replace(any, "")', 't.matches(any)']) {
      assert.throws(() => work(source, half), isEnded, source);
    }
    assert.equal(work('t.contains("aab")'), false);
  });

  test('texts are cut between characters, not within them', () => {
    assert.deepEqual(work('"😀a".split("")'), ['😀', 'a']);
    assert.equal(work('part("😀a", 0, 1)'), '😀');
    assert.equal(work('"😀a".matches("?a")'), true);
    assert.equal(work('length("😀a")'), 2);
  });

  test('what calendars and clocks do not have is not known', () => {
    assert.equal(work('plus("2026-01-01", 1e9, "years")'), null);
    assert.equal(work('plus(plus("9999-12-31", 1, "days"), 1, "days")'), '+010000-01-02');
    assert.equal(work('endOf(plus("2026-01-01", 273000, "years"), "year")'), '+275027-01-01T00:00:00.000Z');
    assert.equal(work('datetime("2016-12-31T23:59:60Z") == "2016-12-31T23:59:59Z"'), true);
    assert.equal(work('fromBase64("%")'), null);
    assert.deepEqual(
      work('sort(["2026-01-01T00:30:00+01:00", "2026-01-01T00:00:00Z", "2025-12-31T23:45:00Z"])'),
      ['2026-01-01T00:30:00+01:00', '2025-12-31T23:45:00Z', '2026-01-01T00:00:00Z'],
    );
  });
});
