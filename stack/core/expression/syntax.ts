import { parse, ParseError } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';

/**
 * The grammar is that of the Common Expression Language, read by a library; what it means is ours. Positions count
 * UTF-16 units from the start of the source.
 */

/** Longer sources are refused before they are read. */
export const SOURCE_MAX_CHARACTERS = 4_000;
const NODES_MAX = 2_000;
const DEPTH_MAX = 64;

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Node = Span &
  (
    | { readonly kind: 'value'; readonly value: string | number | boolean | null }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'field'; readonly of: Node; readonly key: string }
    | { readonly kind: 'item'; readonly of: Node; readonly at: Node }
    /** A method is a call whose target is the first argument. */
    | {
        readonly kind: 'call';
        readonly name: string;
        readonly args: readonly Node[];
        readonly isMethod: boolean;
      }
    | { readonly kind: 'list'; readonly items: readonly Node[] }
    | { readonly kind: 'object'; readonly entries: readonly (readonly [key: Node, value: Node])[] }
    | { readonly kind: 'if'; readonly test: Node; readonly yes: Node; readonly no: Node }
    | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly of: Node }
    | {
        readonly kind: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Node;
        readonly right: Node;
      }
  );

export type UnaryOperator = '!' | '-';
export type BinaryOperator =
  '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%';

/** What is wrong with a source, where, and what would be right. */
export interface ExpressionProblem extends Span {
  readonly message: string;
  /** Text to put in place of the span. */
  readonly suggestion?: string | undefined;
}

export type Parsed =
  | { readonly ok: true; readonly node: Node }
  | { readonly ok: false; readonly problems: readonly ExpressionProblem[] };

export function parseExpression(source: string): Parsed {
  if (source.trim() === '') return refused({ start: 0, end: source.length }, 'There is no expression.');
  if (source.length > SOURCE_MAX_CHARACTERS) {
    const message = `It has ${source.length} characters; the most is ${SOURCE_MAX_CHARACTERS}.`;
    return refused({ start: SOURCE_MAX_CHARACTERS, end: source.length }, message);
  }
  try {
    return { ok: true, node: new Reader().read(parse(source).ast, 0) };
  } catch (error) {
    if (error instanceof Refusal) return refused(error.span, error.message);
    const span = error instanceof ParseError ? error.range : undefined;
    return refused(span ?? { start: 0, end: source.length }, wordsOf(error, source));
  }
}

function refused({ start, end }: Span, message: string): Parsed {
  return { ok: false, problems: [{ start, end: Math.max(end, start), message }] };
}

/** The library's messages are made of token names and a drawing of the place. */
function wordsOf(error: unknown, source: string): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  if (error instanceof RangeError) return 'It is too complicated.';
  if (first === 'Unexpected token: EOF') return 'Something is missing at the end.';
  const each = /^(\w+)\(.*invalid predicate iteration variable$/.exec(first)?.[1];
  if (each !== undefined) return `Name the item first: ${each}(x, …), where x stands for each item.`;
  const unexpected = /^Unexpected token: (\w+)$/.exec(first)?.[1];
  const range = error instanceof ParseError ? error.range : undefined;
  const shown = range === undefined ? '' : source.slice(range.start, range.end);
  if (unexpected !== undefined) return `“${shown}” does not belong here.`;
  const wanted = /^Expected (\w+), got (\w+)$/.exec(first);
  if (wanted !== null) {
    const what = TOKENS[wanted[1] ?? ''] ?? (wanted[1] ?? '').toLowerCase();
    return wanted[2] === 'EOF' ? `${what} is missing at the end.` : `${what} is missing before “${shown}”.`;
  }
  return first.endsWith('.') ? first : `${first}.`;
}

const TOKENS: Readonly<Record<string, string>> = {
  IDENTIFIER: 'A name',
  RPAREN: '“)”',
  RBRACKET: '“]”',
  RBRACE: '“}”',
  COLON: '“:”',
  COMMA: '“,”',
};

class Refusal extends Error {
  readonly span: Span;
  constructor(span: Span, message: string) {
    super(message);
    this.span = span;
  }
}

/** Makes our nodes of the library's: numbers are numbers, and what our language doesn't have is refused. */
class Reader {
  #nodes = 0;

  read(node: ASTNode, depth: number): Node {
    this.#nodes += 1;
    const span = { start: node.start, end: node.end };
    if (this.#nodes > NODES_MAX || depth > DEPTH_MAX) throw new Refusal(span, 'It is too complicated.');
    const inner = (one: ASTNode): Node => this.read(one, depth + 1);
    switch (node.op) {
      case 'value':
        return { ...span, kind: 'value', value: valueOf(node.args, span) };
      case 'id':
        return { ...span, kind: 'name', name: node.args };
      case '.':
      case '.?':
        return { ...span, kind: 'field', of: inner(node.args[0]), key: node.args[1] };
      case '[]':
      case '[?]':
        return { ...span, kind: 'item', of: inner(node.args[0]), at: inner(node.args[1]) };
      case 'call':
        return { ...span, kind: 'call', name: node.args[0], args: node.args[1].map(inner), isMethod: false };
      case 'rcall': {
        const [name, target, args] = node.args;
        return { ...span, kind: 'call', name, args: [inner(target), ...args.map(inner)], isMethod: true };
      }
      case 'list':
        return { ...span, kind: 'list', items: node.args.map(inner) };
      case 'map':
        return {
          ...span,
          kind: 'object',
          entries: node.args.map(([key, value]) => [inner(key), inner(value)]),
        };
      case '?:':
        return {
          ...span,
          kind: 'if',
          test: inner(node.args[0]),
          yes: inner(node.args[1]),
          no: inner(node.args[2]),
        };
      case '!_':
        return { ...span, kind: 'unary', operator: '!', of: inner(node.args) };
      case '-_':
        return { ...span, kind: 'unary', operator: '-', of: inner(node.args) };
      case '||':
      case '&&':
      case '!=':
      case '==':
      case 'in':
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return {
          ...span,
          kind: 'binary',
          operator: node.op,
          left: inner(node.args[0]),
          right: inner(node.args[1]),
        };
    }
  }
}

function valueOf(value: unknown, span: Span): string | number | boolean | null {
  if (typeof value === 'bigint') return Number(value);
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  throw new Refusal(span, 'Bytes and unsigned numbers are not known here; write a text or a number.');
}
