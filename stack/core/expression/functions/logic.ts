import { ANY, BOOLEAN, nullable, NUMBER, present, TEXT, union } from '../types.ts';
import { isSame } from '../values.ts';
import type { FunctionDefinition } from './definition.ts';

const value = { name: 'value', type: ANY };

export const LOGIC: readonly FunctionDefinition[] = [
  {
    name: 'default',
    group: 'logic',
    help: 'The first value that is not null.',
    parameters: [value, { name: 'otherwise', type: ANY, isRest: true }],
    result: ([first = ANY, ...rest]) =>
      rest.reduce<typeof first>((type, next) => nullable(union(present(type), next), next.nullable), first),
    takesNull: true,
    run: (args) => args.find((one) => one !== null) ?? null,
    example: ['default(null, "none")', 'none'],
  },
  {
    name: 'has',
    group: 'logic',
    help: 'Whether a value is there: neither null nor missing.',
    parameters: [value],
    result: () => BOOLEAN,
    takesNull: true,
    run: ([one]) => one !== null,
    example: ['has(parseJson("{}").name)', false],
  },
  {
    name: 'switch',
    group: 'logic',
    help: 'The result beside the case that equals the value; the last one, alone, is for every other value.',
    parameters: [value, { name: 'case, result, …, otherwise', type: ANY, isRest: true }],
    result: (args) => {
      const isOpen = args.length % 2 === 1;
      const [first = ANY, ...more] = args.filter(
        (_, index) => index > 0 && (index % 2 === 0 || index === args.length - 1),
      );
      return nullable(more.reduce(union, first), isOpen);
    },
    takesNull: true,
    run: ([one, ...rest], { charge }) => {
      for (let at = 0; at + 1 < rest.length; at += 2) if (isSame(rest[at], one, charge)) return rest[at + 1];
      return rest.length % 2 === 1 ? rest.at(-1) : null;
    },
    example: ['switch("b", "a", 1, "b", 2, 0)', 2],
  },
  {
    name: 'random',
    group: 'logic',
    help: 'A number from 0 to below 1, the same each time this step of this execution is worked out.',
    parameters: [],
    result: () => NUMBER,
    run: (_, { random }) => random(),
    example: ['random() < 1', true],
  },
  {
    name: 'uuid',
    group: 'logic',
    help: 'A new random id, the same each time this step of this execution is worked out.',
    parameters: [],
    result: () => TEXT,
    run: (_, { random }) => uuidOf(random),
    example: ['length(uuid())', 36],
  },
];

/** A UUID of version 4. */
function uuidOf(random: () => number): string {
  const digit = (place: string): string => {
    const roll = Math.floor(random() * 16);
    return (place === 'x' ? roll : (roll % 4) + 8).toString(16);
  };
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replaceAll(/[xy]/g, digit);
}
