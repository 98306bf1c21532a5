import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ANY, arrayOf, BOOLEAN, NUMBER, nullable, TEXT } from '../types.ts';
import { textOf, weigh } from '../values.ts';
import { matchesGlob } from './glob.ts';
import type { FunctionDefinition, Parameter, RunContext } from './definition.ts';

const subject: Parameter = { name: 'text', type: TEXT };
const str = (value: unknown): string => textOf(value);
const int = (value: unknown): number => Math.trunc(Number(value));

interface Simple {
  readonly name: string;
  readonly help: string;
  readonly more?: readonly Parameter[];
  readonly result?: FunctionDefinition['result'];
  readonly run: (own: string, args: readonly unknown[], context: RunContext) => unknown;
  readonly example: FunctionDefinition['example'];
}

/** A function whose first argument is a text. Work is counted by its length. */
function onText({ name, help, more = [], result = () => TEXT, run, example }: Simple): FunctionDefinition {
  return {
    name,
    group: 'text',
    help,
    parameters: [subject, ...more],
    result,
    run: ([first, ...rest], context) => {
      const own = str(first);
      context.charge(1 + own.length / 16);
      return run(own, rest, context);
    },
    example,
  };
}

/** Room for a text about to be made. */
function room(context: RunContext, characters: number): void {
  context.charge(characters / 16);
}

/** Looking for a long text takes, at worst, both lengths multiplied. */
function chargeSearch(own: string, part: string, context: RunContext): void {
  context.charge((own.length * part.length) / 1024);
}

function pad(own: string, length: number, filler: string, context: RunContext): string {
  const missing = length - Array.from(own).length;
  if (missing <= 0 || filler === '') return '';
  room(context, missing);
  const letters = Array.from(filler);
  return Array.from({ length: missing }, (_, at) => letters[at % letters.length]).join('');
}

export const TEXTS: readonly FunctionDefinition[] = [
  onText({
    name: 'trim',
    help: 'Without spaces and line breaks at both ends.',
    run: (own) => own.trim(),
    example: ['trim("  a ")', 'a'],
  }),
  onText({
    name: 'lower',
    help: 'In lower case.',
    run: (own) => own.toLowerCase(),
    example: ['"ABC".lower()', 'abc'],
  }),
  onText({
    name: 'upper',
    help: 'In capitals.',
    run: (own) => own.toUpperCase(),
    example: ['"abc".upper()', 'ABC'],
  }),
  onText({
    name: 'capitalize',
    help: 'With a capital at the beginning.',
    run: (own) => own.charAt(0).toUpperCase() + own.slice(1),
    example: ['capitalize("ann")', 'Ann'],
  }),
  onText({
    name: 'split',
    help: 'The parts between each occurrence of a separator.',
    more: [{ name: 'separator', type: TEXT }],
    result: () => arrayOf(TEXT),
    run: (own, [separator], context) => {
      const between = str(separator);
      chargeSearch(own, between, context);
      context.charge(between === '' ? own.length : 0);
      const parts = between === '' ? Array.from(own) : own.split(between);
      context.charge(parts.length);
      return parts;
    },
    example: ['split("a,b", ",")', ['a', 'b']],
  }),
  onText({
    name: 'replace',
    help: 'With each occurrence of a text replaced by another.',
    more: [
      { name: 'from', type: TEXT },
      { name: 'to', type: TEXT },
    ],
    run: (own, [from, to], context) => {
      if (str(from) === '') return own;
      chargeSearch(own, str(from), context);
      const parts = own.split(str(from));
      room(context, parts.length * str(to).length + own.length);
      return parts.join(str(to));
    },
    example: ['"a-b".replace("-", "+")', 'a+b'],
  }),
  onText({
    name: 'contains',
    help: 'Whether another text is within it.',
    more: [{ name: 'part', type: TEXT }],
    result: () => BOOLEAN,
    run: (own, [part], context) => {
      chargeSearch(own, str(part), context);
      return own.includes(str(part));
    },
    example: ['"Brussels".contains("russ")', true],
  }),
  onText({
    name: 'startsWith',
    help: 'Whether it begins with another text.',
    more: [{ name: 'beginning', type: TEXT }],
    result: () => BOOLEAN,
    run: (own, [beginning]) => own.startsWith(str(beginning)),
    example: ['"Brussels".startsWith("Br")', true],
  }),
  onText({
    name: 'endsWith',
    help: 'Whether it ends with another text.',
    more: [{ name: 'end', type: TEXT }],
    result: () => BOOLEAN,
    run: (own, [end]) => own.endsWith(str(end)),
    example: ['"Brussels".endsWith("els")', true],
  }),
  onText({
    name: 'matches',
    help: 'Whether it fits a pattern: * stands for any characters, ? for one.',
    more: [{ name: 'pattern', type: TEXT }],
    result: () => BOOLEAN,
    run: (own, [pattern], context) => {
      context.charge((own.length * str(pattern).length) / 64);
      return matchesGlob(Array.from(own), Array.from(str(pattern)));
    },
    example: ['"order-17".matches("order-??")', true],
  }),
  onText({
    name: 'part',
    help: 'The characters from a position (0 is the first) up to, not with, another; negative ones count from the end.',
    more: [
      { name: 'from', type: NUMBER },
      { name: 'to', type: NUMBER, isOptional: true },
    ],
    run: (own, [from, to]) =>
      Array.from(own)
        .slice(int(from), to === undefined ? undefined : int(to))
        .join(''),
    example: ['part("abcdef", 1, 3)', 'bc'],
  }),
  onText({
    name: 'padStart',
    help: 'Filled up at the beginning to a length.',
    more: [
      { name: 'length', type: NUMBER },
      { name: 'filler', type: TEXT, isOptional: true },
    ],
    run: (own, [length, filler], context) =>
      pad(own, int(length), filler === undefined ? ' ' : str(filler), context) + own,
    example: ['padStart("7", 3, "0")', '007'],
  }),
  onText({
    name: 'padEnd',
    help: 'Filled up at the end to a length.',
    more: [
      { name: 'length', type: NUMBER },
      { name: 'filler', type: TEXT, isOptional: true },
    ],
    run: (own, [length, filler], context) =>
      own + pad(own, int(length), filler === undefined ? ' ' : str(filler), context),
    example: ['padEnd("7", 3, ".")', '7..'],
  }),
  {
    name: 'join',
    group: 'text',
    help: 'The texts of a list, with a separator between them.',
    parameters: [
      { name: 'list', type: arrayOf(ANY) },
      { name: 'separator', type: TEXT, isOptional: true },
    ],
    result: () => TEXT,
    run: ([list, separator], context) => {
      weigh(list, context.charge);
      const texts = (Array.isArray(list) ? list : []).map(str);
      const between = separator === undefined ? ', ' : str(separator);
      room(
        context,
        texts.reduce((sum, one) => sum + one.length + between.length, 16),
      );
      return texts.join(between);
    },
    example: ['join(["a", "b"], "-")', 'a-b'],
  },
  {
    name: 'text',
    group: 'text',
    help: 'Any value as text; null is empty.',
    parameters: [{ name: 'value', type: ANY }],
    result: () => TEXT,
    takesNull: true,
    run: ([value], context) => {
      weigh(value, context.charge);
      const made = textOf(value);
      room(context, made.length + 16);
      return made;
    },
    example: ['text(1.5)', '1.5'],
  },
  {
    name: 'json',
    group: 'text',
    help: 'Any value as JSON text.',
    parameters: [{ name: 'value', type: ANY }],
    result: () => TEXT,
    takesNull: true,
    run: ([value], context) => {
      weigh(value, context.charge);
      const made = JSON.stringify(value);
      room(context, made.length + 16);
      return made;
    },
    example: ['json({"a": [1, null]})', '{"a":[1,null]}'],
  },
  onText({
    name: 'parseJson',
    help: 'The value that a JSON text stands for; null when it is not JSON.',
    result: () => nullable(ANY),
    run: (own, _, context) => {
      context.charge(own.length / 4);
      return parsedJson(own);
    },
    example: ['parseJson("[1, 2]")[1]', 2],
  }),
  onText({
    name: 'urlEncode',
    help: 'As it is written within a web address.',
    run: (own) => encodeURIComponent(own.toWellFormed()),
    example: ['urlEncode("a b&c")', 'a%20b%26c'],
  }),
  onText({
    name: 'base64',
    help: 'In Base64.',
    run: (own) => btoa(binaryOf(new TextEncoder().encode(own))),
    example: ['base64("hé")', 'aMOp'],
  }),
  onText({
    name: 'fromBase64',
    help: 'The text that Base64 stands for; null when it is not Base64.',
    result: () => nullable(TEXT),
    run: (own) => fromBase64(own),
    example: ['fromBase64("aMOp")', 'hé'],
  }),
  onText({
    name: 'sha256',
    help: 'Its SHA-256 hash, in hexadecimal.',
    run: (own) => bytesToHex(sha256(new TextEncoder().encode(own))),
    example: ['part(sha256("a"), 0, 8)', 'ca978112'],
  }),
];

/** A character for each byte, as the browser's Base64 functions want it. */
function binaryOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCodePoint(byte)).join('');
}

function fromBase64(own: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(own), (letter) => letter.codePointAt(0) ?? 0);
    return new TextDecoder().decode(bytes);
  } catch {
    return null;
  }
}

function parsedJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}
