import { ANY, arrayOf, nullable, objectOf, TEXT } from '../types.ts';
import type { ExpressionType } from '../type.ts';
import { dataOf, fieldOf, isData, textOf } from '../values.ts';
import type { FunctionDefinition } from './definition.ts';

const object = { name: 'object', type: ANY };

export const OBJECTS: readonly FunctionDefinition[] = [
  {
    name: 'keys',
    group: 'object',
    help: 'The keys of an object.',
    parameters: [object],
    result: () => arrayOf(TEXT),
    run: ([value], { charge }) => {
      const keys = isData(value) ? Object.keys(value) : [];
      charge(keys.length);
      return keys;
    },
    example: ['keys({"a": 1, "b": 2})', ['a', 'b']],
  },
  {
    name: 'values',
    group: 'object',
    help: 'The values of an object.',
    parameters: [object],
    result: () => arrayOf(ANY),
    run: ([value], { charge }) => {
      const values = isData(value) ? Object.values(value) : [];
      charge(values.length);
      return values;
    },
    example: ['values({"a": 1, "b": 2})', [1, 2]],
  },
  {
    name: 'get',
    group: 'object',
    help: 'The value of a key that is only known as text; null when there is none.',
    parameters: [object, { name: 'key', type: TEXT }],
    result: () => nullable(ANY),
    run: ([value, key]) => fieldOf(value, textOf(key)),
    example: ['get({"a": 1}, "a")', 1],
  },
  {
    name: 'merge',
    group: 'object',
    help: 'An object with the keys of both; the second one wins.',
    parameters: [object, { name: 'other', type: ANY }],
    result: ([a, b]) => mergedType(a, b),
    run: ([a, b], { charge }) => {
      const entries = [a, b].flatMap((one) => (isData(one) ? Object.entries(one) : []));
      charge(entries.length);
      return dataOf(entries);
    },
    example: ['merge({"a": 1}, {"a": 2, "b": 3})', { a: 2, b: 3 }],
  },
];

function mergedType(a: ExpressionType | undefined, b: ExpressionType | undefined): ExpressionType {
  if (a?.kind !== 'object' || b?.kind !== 'object') return ANY;
  const rest = a.fields.filter(({ key }) => !b.fields.some((field) => field.key === key));
  return objectOf([...rest, ...b.fields]);
}
