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

/** What people who know other languages write, and what it is called here. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['concat', 'join'],
  ['count', 'length'],
  ['double', 'number'],
  ['duration', 'plus'],
  ['endsIn', 'endsWith'],
  ['includes', 'contains'],
  ['indexOf', 'contains'],
  ['int', 'number'],
  ['isEmpty', 'length'],
  ['len', 'length'],
  ['size', 'length'],
  ['slice', 'part'],
  ['some', 'exists'],
  ['string', 'text'],
  ['substr', 'part'],
  ['substring', 'part'],
  ['timestamp', 'datetime'],
  ['toLowerCase', 'lower'],
  ['toString', 'text'],
  ['toUpperCase', 'upper'],
]);

export function otherName(name: string): string | null {
  return OTHER_NAMES.get(name) ?? null;
}

/** As it is written: `plus(at, amount, unit, zone?)`. */
export function signatureOf({ name, parameters }: FunctionDefinition): string {
  const shown = parameters.map((one) => {
    if (one.isEach === true) return `x, ${one.name}`;
    return `${one.name}${one.isRest === true && !one.name.includes('…') ? ', …' : ''}${one.isOptional === true ? '?' : ''}`;
  });
  return `${name}(${shown.join(', ')})`;
}
