import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { MiddleError } from '../errors.ts';
import { compile } from './check.ts';
import { evaluate } from './evaluate.ts';
import { FUNCTIONS } from './functions/catalogue.ts';
import type { Parameter } from './functions/definition.ts';
import type { ExpressionType } from './type.ts';
import { arrayOf, BOOLEAN, DATE, DATETIME, NUMBER, nullable, objectOf, TEXT } from './types.ts';

/** Expressions made by the catalogue's own signatures, on values of the types that the scope promises. */

const field = (key: string, type: ExpressionType) => ({ key, title: key, type });
const ITEM = objectOf([field('t', TEXT), field('n', nullable(NUMBER)), field('d', nullable(DATETIME))]);
const SCOPE = {
  t: TEXT,
  tn: nullable(TEXT),
  n: NUMBER,
  nn: nullable(NUMBER),
  b: BOOLEAN,
  bn: nullable(BOOLEAN),
  d: DATE,
  dn: nullable(DATE),
  m: DATETIME,
  mn: nullable(DATETIME),
  ns: arrayOf(nullable(NUMBER)),
  ts: arrayOf(TEXT),
  items: arrayOf(ITEM),
  o: ITEM,
} as const;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', 'a,b', '2026-02-30', '{"a":1}'),
);
const number = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((one) => one + 0),
);
const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const date = day.map((one) => one.toISOString().slice(0, 10));
const moment = fc.oneof(
  day.map((one) => one.toISOString()),
  fc.constantFrom('2026-03-29T02:30:00+01:00', '2016-12-31T23:59:60Z', '2026-01-01T00:00:00.123456789-11:30'),
);
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { freq: 3 });
const plain = { noNullPrototype: true };
const item = fc.record({ t: text, n: maybe(number), d: maybe(moment) }, plain);
const VALUES = fc.record(
  {
    t: text,
    tn: maybe(text),
    n: number,
    nn: maybe(number),
    b: fc.boolean(),
    bn: maybe(fc.boolean()),
    d: date,
    dn: maybe(date),
    m: moment,
    mn: maybe(moment),
    ns: fc.array(maybe(number), { maxLength: 4 }),
    ts: fc.array(text, { maxLength: 4 }),
    items: fc.array(item, { maxLength: 4 }),
    o: item,
  },
  plain,
);

type Kind = 'text' | 'number' | 'boolean' | 'date' | 'datetime' | 'array' | 'object';
const LEAVES: Readonly<Record<Kind, readonly string[]>> = {
  text: ['t', 'tn', '"é,x"', '""', 'o.t', 'items[0].t', 'ts[-1]'],
  number: ['n', 'nn', '0', '2', '-1.5', 'o.n', 'ns[1]', 'items[1].n'],
  boolean: ['b', 'bn', 'true', 'false'],
  date: ['d', 'dn', 'today()'],
  datetime: ['m', 'mn', 'now()', 'd', 'o.d', '"2026-01-31T10:00:00Z"'],
  array: ['ns', 'ts', 'items', '[]', '[1, n]', '[t, tn]', '[d, m]', '[o]', '[[n], [nn]]'],
  object: ['o', '{"a": n, "b": tn}', 'items[0]'],
};
const KINDS: readonly Kind[] = ['text', 'number', 'boolean', 'date', 'datetime', 'array', 'object'];
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  zone: ['"Europe/Brussels"', '"UTC"', '"Pacific/Apia"'],
  pattern: ['"d MMMM yyyy HH:mm:ss.SSS XXX"', `"EEE 'x' yy"`],
};

/** What is written for a parameter of a function. */
function argument(parameter: Parameter, of: (kind: Kind) => fc.Arbitrary<string>): fc.Arbitrary<string> {
  const { name, type, oneOf, isEach } = parameter;
  if (oneOf !== undefined) return fc.constantFrom(...oneOf.map((one) => `"${one}"`));
  const written = Object.hasOwn(WRITTEN, name) ? WRITTEN[name] : undefined;
  if (written !== undefined) return fc.constantFrom(...written);
  const kind = KINDS.find((one) => one === type.kind);
  const value = kind === undefined ? fc.oneof(...KINDS.map(of)) : of(kind);
  if (isEach !== true) return value;
  const own =
    kind === 'boolean'
      ? fc.constantFrom('x == x', 'has(x)', 'x in [x]')
      : fc.constantFrom('x', '[x]', 'text(x)');
  return fc.oneof(value, own).map((body) => `x, ${body}`);
}

function call(name: string, parameters: readonly Parameter[], of: (kind: Kind) => fc.Arbitrary<string>) {
  const needed = parameters.filter((one) => one.isOptional !== true);
  const more = parameters.filter((one) => one.isOptional === true);
  const args = fc.tuple(...needed.map((one) => argument(one, of)), ...more.map((one) => argument(one, of)));
  return fc
    .tuple(args, fc.nat(more.length))
    .map(([all, given]) => `${name}(${all.slice(0, needed.length + given).join(', ')})`);
}

const known = new Map<string, fc.Arbitrary<string>>();

function expression(kind: Kind, depth: number): fc.Arbitrary<string> {
  const key = `${kind} ${depth}`;
  const made = known.get(key) ?? makeExpression(kind, depth);
  known.set(key, made);
  return made;
}

/** An expression that gives about this kind. Some don't compile, which is right: they are left out. */
function makeExpression(kind: Kind, depth: number): fc.Arbitrary<string> {
  const leaf = fc.constantFrom(...LEAVES[kind]);
  if (depth === 0) return leaf;
  const of = (inner: Kind) => expression(inner, depth - 1);
  const made = FUNCTIONS.filter(
    ({ result, parameters }) => result(parameters.map(({ type }) => type)).kind === kind,
  );
  const ways: fc.Arbitrary<string>[] = [
    leaf,
    ...made.map(({ name, parameters }) => call(name, parameters, of)),
    fc.tuple(of('boolean'), of(kind), of(kind)).map(([test_, yes, no]) => `(${test_} ? ${yes} : ${no})`),
    fc.tuple(of(kind), of(kind)).map(([a, b]) => `default(${a}, ${b})`),
    fc.tuple(of('number'), of(kind), of(kind)).map(([a, b, c]) => `switch(${a}, 1, ${b}, ${c})`),
    fc.tuple(of(kind)).map(([a]) => `first([${a}])`),
    fc.tuple(of('array'), of(kind)).map(([list, a]) => `first(${list}.map(x, ${a}))`),
  ];
  const two = (operators: readonly string[], inner: Kind) =>
    fc
      .tuple(of(inner), fc.constantFrom(...operators), of(inner))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`);
  if (kind === 'number')
    ways.push(
      two(['+', '-', '*', '/', '%'], 'number'),
      of('number').map((a) => `-(${a})`),
    );
  if (kind === 'text')
    ways.push(...KINDS.map((inner) => fc.tuple(of('text'), of(inner)).map(([a, b]) => `(${a} + ${b})`)));
  if (kind === 'array') {
    ways.push(
      two(['+'], 'array'),
      fc.tuple(of('array'), of('boolean')).map(([a, b]) => `${a}.filter(x, ${b})`),
    );
    ways.push(fc.constantFrom('take', 'skip').chain((name) => of('array').map((a) => `${name}(${a}, 2)`)));
    ways.push(
      fc
        .constantFrom('sort', 'reverse', 'unique', 'flatten')
        .chain((name) => of('array').map((a) => `${name}(${a})`)),
    );
  }
  if (kind === 'object') ways.push(fc.tuple(of('object'), of('object')).map(([a, b]) => `merge(${a}, ${b})`));
  if (kind === 'boolean') {
    ways.push(
      two(['&&', '||'], 'boolean'),
      of('boolean').map((a) => `!(${a})`),
    );
    for (const inner of KINDS) ways.push(two(['==', '!=', '<', '<=', '>', '>='], inner));
    ways.push(...KINDS.map((inner) => fc.tuple(of(inner), of('array')).map(([a, b]) => `(${a} in ${b})`)));
  }
  return fc.oneof(...ways);
}

function conforms(value: unknown, type: ExpressionType): boolean {
  if (value === null) return type.nullable === true || type.kind === 'any';
  switch (type.kind) {
    case 'any':
      return true;
    case 'text':
      return typeof value === 'string';
    case 'number':
    case 'boolean':
      return typeof value === type.kind;
    case 'date':
    case 'datetime':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value.replace(':60', ':59')));
    case 'array':
      return Array.isArray(value) && value.every((one) => conforms(one, type.of));
    case 'object':
      return (
        typeof value === 'object' &&
        type.fields.every(({ key, type: inner }) => conforms(Reflect.get(value, key) ?? null, inner))
      );
    case 'record':
      return typeof value === 'object';
  }
}

const isLimit = (error: unknown): boolean =>
  error instanceof MiddleError &&
  error.code === 'expression_failed' &&
  error.message.includes('too much work');

test('what compiles never meets a wrong type, gives what its type says, and gives it again', () => {
  let compiledCount = 0;
  const sources = fc.oneof(...KINDS.map((kind) => expression(kind, 3)));
  fc.assert(
    fc.property(sources, VALUES, (source, values) => {
      const compiled = compile(source, { scope: SCOPE });
      if (!compiled.ok) return;
      compiledCount += 1;
      const once = (): unknown =>
        evaluate(compiled.expression, { scope: values, now: new Date('2026-03-01T12:00:00Z'), seed: source });
      try {
        const result = once();
        const { type } = compiled.expression;
        assert.ok(conforms(result, type), `${JSON.stringify(result)} is not ${JSON.stringify(type)}`);
        assert.deepEqual(once(), result);
        assert.deepEqual(JSON.parse(JSON.stringify(result)), result, 'a result is JSON');
      } catch (error) {
        if (!isLimit(error)) throw error;
      }
    }),
    { numRuns: 1_000 },
  );
  assert.ok(compiledCount > 300, `only ${compiledCount} of the generated expressions compiled`);
});
