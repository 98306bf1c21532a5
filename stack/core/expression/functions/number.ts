import { ANY, arrayOf, NUMBER, nullable, TEXT } from '../types.ts';
import type { FunctionDefinition } from './definition.ts';

const number = { name: 'number', type: NUMBER };
const numbersIn = (list: unknown): number[] =>
  Array.isArray(list) ? list.filter((one) => typeof one === 'number') : [];

function rounding(
  name: string,
  help: string,
  round: (value: number) => number,
  shown: number,
): FunctionDefinition {
  return {
    name,
    group: 'number',
    help,
    parameters: [number, { name: 'digits', type: NUMBER, isOptional: true }],
    result: () => NUMBER,
    run: ([value, digits]) => rounded(Number(value), Number(digits ?? 0), round),
    example: [`${name}(2.345, 2)`, shown],
  };
}

/** By decimal digits as they are written: 1.005 with two digits is 1.01, which a multiplication by 100 would miss. */
function rounded(value: number, digits: number, round: (value: number) => number): number {
  const places = Math.max(-15, Math.min(15, Math.trunc(digits)));
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const shifted = round(Number(`${mantissa}e${Number(exponent) + places}`));
  const [back = '0', power = '0'] = String(shifted).split('e');
  return Number(`${back}e${Number(power) - places}`);
}

/** Half is rounded away from zero, as people do. */
function half(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

function ofList(
  name: string,
  help: string,
  of: (numbers: readonly number[]) => number | null,
  example: FunctionDefinition['example'],
): FunctionDefinition {
  return {
    name,
    group: 'number',
    help,
    parameters: [{ name: 'list', type: arrayOf(nullable(NUMBER)) }],
    result: () => (name === 'sum' ? NUMBER : nullable(NUMBER)),
    run: ([list], { charge }) => {
      const numbers = numbersIn(list);
      charge(numbers.length);
      return of(numbers);
    },
    example,
  };
}

export const NUMBERS: readonly FunctionDefinition[] = [
  rounding('round', 'Rounded to a number of digits; half goes away from zero.', half, 2.35),
  rounding('floor', 'Rounded down.', Math.floor, 2.34),
  rounding('ceil', 'Rounded up.', Math.ceil, 2.35),
  {
    name: 'abs',
    group: 'number',
    help: 'Without its sign.',
    parameters: [number],
    result: () => NUMBER,
    run: ([value]) => Math.abs(Number(value)),
    example: ['abs(-3)', 3],
  },
  {
    name: 'number',
    group: 'number',
    help: 'The number that a text stands for; null when it is none.',
    parameters: [{ name: 'text', type: ANY }],
    result: () => nullable(NUMBER),
    run: ([value]) => numberOf(value),
    example: ['number(" 12.5 ")', 12.5],
  },
  {
    name: 'formatNumber',
    group: 'number',
    help: 'As people read it, with groups of thousands and a number of digits; a language such as "de" chooses the signs.',
    parameters: [
      number,
      { name: 'digits', type: NUMBER, isOptional: true },
      { name: 'language', type: TEXT, isOptional: true },
    ],
    result: () => TEXT,
    run: ([value, digits, language]) => formatted(Number(value), digits, language),
    example: ['formatNumber(1234.5, 2)', '1,234.50'],
  },
  ofList('sum', 'The sum of a list.', (list) => list.reduce((sum, one) => sum + one, 0), [
    'sum([1, 2, 3])',
    6,
  ]),
  ofList(
    'average',
    'The average of a list; null of an empty one.',
    (list) => (list.length === 0 ? null : list.reduce((sum, one) => sum + one, 0) / list.length),
    ['average([1, 2])', 1.5],
  ),
  ofList('min', 'The smallest of a list; null of an empty one.', (list) => smallest(list), [
    'min([3, 1])',
    1,
  ]),
  ofList(
    'max',
    'The largest of a list; null of an empty one.',
    (list) => {
      const least = smallest(list.map((one) => -one));
      return least === null ? null : -least;
    },
    ['max([3, 1])', 3],
  ),
];

function smallest(list: readonly number[]): number | null {
  return list.reduce<number | null>((least, one) => (least === null || one < least ? one : least), null);
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || !DECIMAL.test(value.trim())) return null;
  const number_ = Number(value.trim());
  return Number.isFinite(number_) ? number_ : null;
}

function formatted(value: number, digits: unknown, language: unknown): string {
  const places = typeof digits === 'number' ? Math.max(0, Math.min(15, Math.trunc(digits))) : undefined;
  const options =
    places === undefined
      ? { maximumFractionDigits: 15 }
      : { minimumFractionDigits: places, maximumFractionDigits: places };
  return new Intl.NumberFormat(localeOf(language), options).format(value);
}

/** English for what is no language. */
function localeOf(language: unknown): string {
  try {
    return Intl.getCanonicalLocales(typeof language === 'string' ? language : 'en')[0] ?? 'en';
  } catch {
    return 'en';
  }
}
