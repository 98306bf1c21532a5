import { DATES } from './date.ts';
import type { FunctionDefinition } from './definition.ts';
import { LISTS } from './list.ts';
import { LOGIC } from './logic.ts';
import { NUMBERS } from './number.ts';
import { OBJECTS } from './object.ts';
import { TEXTS } from './text.ts';

/** Every function of the language but `related`, which is not a function of its arguments alone; see check.ts. */
export const FUNCTIONS: readonly FunctionDefinition[] = [
  ...LOGIC,
  ...TEXTS,
  ...NUMBERS,
  ...DATES,
  ...LISTS,
  ...OBJECTS,
];

const BY_NAME = new Map(FUNCTIONS.map((definition) => [definition.name, definition]));

export function findFunction(name: string): FunctionDefinition | undefined {
  return BY_NAME.get(name);
}

/** As it is written: `plus(at, amount, unit, zone?)`. */
export function signatureOf({ name, parameters }: FunctionDefinition): string {
  const shown = parameters.map((one) => {
    if (one.isEach === true) return `x, ${one.name}`;
    return `${one.name}${one.isRest === true && !one.name.includes('…') ? ', …' : ''}${one.isOptional === true ? '?' : ''}`;
  });
  return `${name}(${shown.join(', ')})`;
}
