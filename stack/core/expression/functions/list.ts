import { ANY, arrayOf, BOOLEAN, NUMBER, nullable, objectOf } from '../types.ts';
import type { ExpressionType } from '../type.ts';
import { compareValues, momentOf, weigh } from '../values.ts';
import type { Charge } from '../values.ts';
import { isDateTime } from '../../record.ts';
import type { Each, FunctionDefinition, Parameter } from './definition.ts';

const list: Parameter = { name: 'list', type: arrayOf(ANY) };
const each = (name: string): Parameter => ({ name, type: ANY, isEach: true });
const test: Parameter = { name: 'test', type: BOOLEAN, isEach: true };

const itemOf = (type: ExpressionType | undefined): ExpressionType => (type?.kind === 'array' ? type.of : ANY);
const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
// The evaluator gives a function for an each parameter, whatever its argument is.
const eachOf = (value: unknown): Each =>
  typeof value === 'function' ? (item): unknown => value(item) : () => null;

interface Simple {
  readonly name: string;
  readonly help: string;
  readonly more?: readonly Parameter[];
  readonly result: FunctionDefinition['result'];
  readonly run: (list: readonly unknown[], args: readonly unknown[], charge: Charge) => unknown;
  readonly example: FunctionDefinition['example'];
}

/** A function whose first argument is a list. Work is counted by its items. */
function onList({ name, help, more = [], result, run, example }: Simple): FunctionDefinition {
  return {
    name,
    group: 'list',
    help,
    parameters: [list, ...more],
    result,
    run: ([first, ...rest], { charge }) => {
      const own = items(first);
      charge(1 + own.length);
      return run(own, rest, charge);
    },
    example,
  };
}

const same: FunctionDefinition['result'] = ([first]) => first ?? arrayOf(ANY);

export const LISTS: readonly FunctionDefinition[] = [
  onList({
    name: 'map',
    help: 'For each item what an expression makes of it.',
    more: [each('result')],
    result: ([, made]) => arrayOf(made ?? ANY),
    run: (own, [make]) => own.map(eachOf(make)),
    example: ['[1, 2].map(n, n * 2)', [2, 4]],
  }),
  onList({
    name: 'filter',
    help: 'The items for which a test is true.',
    more: [test],
    result: same,
    run: (own, [holds]) => own.filter((item) => eachOf(holds)(item) === true),
    example: ['[1, 2, 3].filter(n, n > 1)', [2, 3]],
  }),
  onList({
    name: 'exists',
    help: 'Whether a test is true for at least one item.',
    more: [test],
    result: () => BOOLEAN,
    run: (own, [holds]) => own.some((item) => eachOf(holds)(item) === true),
    example: ['[1, 2].exists(n, n > 1)', true],
  }),
  onList({
    name: 'all',
    help: 'Whether a test is true for every item; true for an empty list.',
    more: [test],
    result: () => BOOLEAN,
    run: (own, [holds]) => own.every((item) => eachOf(holds)(item) === true),
    example: ['[1, 2].all(n, n > 1)', false],
  }),
  onList({
    name: 'find',
    help: 'The first item for which a test is true; null when there is none.',
    more: [test],
    result: ([first]) => nullable(itemOf(first)),
    run: (own, [holds]) => own.find((item) => eachOf(holds)(item) === true) ?? null,
    example: ['[1, 2, 3].find(n, n > 1)', 2],
  }),
  onList({
    name: 'first',
    help: 'The first item; null of an empty list.',
    result: ([first]) => nullable(itemOf(first)),
    run: (own) => own[0] ?? null,
    example: ['first([1, 2])', 1],
  }),
  onList({
    name: 'last',
    help: 'The last item; null of an empty list.',
    result: ([first]) => nullable(itemOf(first)),
    run: (own) => own.at(-1) ?? null,
    example: ['last([1, 2])', 2],
  }),
  onList({
    name: 'take',
    help: 'The first items, up to a number of them; a negative number takes from the end.',
    more: [{ name: 'count', type: NUMBER }],
    result: same,
    run: (own, [count]) => {
      const most = Math.trunc(Number(count));
      return most >= 0 ? own.slice(0, most) : own.slice(most);
    },
    example: ['take([1, 2, 3], 2)', [1, 2]],
  }),
  onList({
    name: 'skip',
    help: 'Without the first items.',
    more: [{ name: 'count', type: NUMBER }],
    result: same,
    run: (own, [count]) => own.slice(Math.max(0, Math.trunc(Number(count)))),
    example: ['skip([1, 2, 3], 2)', [3]],
  }),
  onList({
    name: 'sort',
    help: 'In rising order; dates and times by the moment they stand for, null last.',
    result: same,
    run: (own, _, charge) => sortedBy(own, (item) => item, charge),
    example: ['sort(["b", "a"])', ['a', 'b']],
  }),
  onList({
    name: 'sortBy',
    help: 'In the rising order of what an expression makes of each item.',
    more: [each('key')],
    result: same,
    run: (own, [key], charge) => sortedBy(own, eachOf(key), charge),
    example: ['[{"n": 2}, {"n": 1}].sortBy(x, x.n).map(x, x.n)', [1, 2]],
  }),
  onList({
    name: 'reverse',
    help: 'From the last item to the first.',
    result: same,
    run: (own) => own.toReversed(),
    example: ['reverse([1, 2])', [2, 1]],
  }),
  onList({
    name: 'unique',
    help: 'Each value once.',
    result: same,
    run: (own, _, charge) => uniqueOf(own, charge),
    example: ['unique([1, 2, 1])', [1, 2]],
  }),
  onList({
    name: 'flatten',
    help: 'The items of all lists within it as one list.',
    result: ([first]) => (itemOf(first).kind === 'array' ? arrayOf(itemOf(itemOf(first))) : arrayOf(ANY)),
    run: (own, _, charge) => {
      charge(own.reduce<number>((sum, one) => sum + (Array.isArray(one) ? one.length : 1), 0));
      return own.flat();
    },
    example: ['flatten([[1], [2, 3]])', [1, 2, 3]],
  }),
  onList({
    name: 'groupBy',
    help: 'The items in groups: for each different key its items.',
    more: [each('key')],
    result: ([first = arrayOf(ANY), key = ANY]) =>
      arrayOf(
        objectOf([
          { key: 'key', title: 'Key', type: key },
          { key: 'items', title: 'Items', type: first },
        ]),
      ),
    run: (own, [key], charge) => grouped(own, eachOf(key), charge),
    example: [
      '[1, 2, 3].groupBy(n, n % 2)',
      [
        { key: 1, items: [1, 3] },
        { key: 0, items: [2] },
      ],
    ],
  }),
  {
    name: 'length',
    group: 'list',
    help: 'How many items a list has, characters a text, keys an object.',
    parameters: [{ name: 'value', type: ANY }],
    result: () => NUMBER,
    run: ([value], { charge }) => {
      if (typeof value === 'string') {
        charge(value.length / 16);
        return Array.from(value).length;
      }
      return Array.isArray(value) ? value.length : Object.keys(Object(value)).length;
    },
    example: ['length([1, 2])', 2],
  },
];

function sortedBy(own: readonly unknown[], key: Each, charge: Charge): readonly unknown[] {
  const keyed = own.map((item) => ({ item, key: key(item) }));
  // One comparison for the whole list, or its order would have circles.
  const isMoments = keyed.every(
    (one) => one.key === null || (typeof one.key === 'string' && isDateTime(one.key)),
  );
  const ordered = isMoments
    ? keyed.map((one) => ({ ...one, key: typeof one.key === 'string' ? momentOf(one.key) : null }))
    : keyed;
  charge(ordered.length);
  return ordered.toSorted((a, b) => compareValues(a.key, b.key)).map(({ item }) => item);
}

function uniqueOf(own: readonly unknown[], charge: Charge): readonly unknown[] {
  const seen = new Set<string>();
  return own.filter((item) => {
    weigh(item, charge);
    const text = JSON.stringify(item);
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  });
}

function grouped(own: readonly unknown[], key: Each, charge: Charge): readonly object[] {
  const groups = new Map<string, { readonly key: unknown; readonly items: unknown[] }>();
  for (const item of own) {
    const value = key(item);
    weigh(value, charge);
    const text = JSON.stringify(value);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { key: value, items: [item] });
    else group.items.push(item);
  }
  return [...groups.values()];
}
