import type { Span } from './syntax.ts';

/**
 * Pieces of a source that may be unfinished, for completion and hover: while somebody types, there is seldom a whole
 * expression to parse.
 */
export interface Token extends Span {
  readonly kind: 'name' | 'number' | 'text' | 'sign';
  readonly text: string;
  /** Of a text: whether its closing quote is there. */
  readonly isClosed: boolean;
  /** Of a bracket: the place of the other one in the list of tokens, when it is there. */
  other: number | null;
}

const TOKEN =
  /(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<number>\d[\d.eE]*)|(?<text>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(?<sign>[^\s])/gsu;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  const open: number[] = [];
  for (const { 0: text, index, groups } of source.matchAll(TOKEN)) {
    const kind =
      groups?.['name'] !== undefined
        ? 'name'
        : groups?.['number'] !== undefined
          ? 'number'
          : groups?.['text'] !== undefined
            ? 'text'
            : 'sign';
    const isClosed = kind !== 'text' || (text.length > 1 && text.endsWith(text.charAt(0)));
    const token: Token = { kind, text, start: index, end: index + text.length, isClosed, other: null };
    if (Object.hasOwn(CLOSING, text)) open.push(tokens.length);
    const opener = tokens[open.at(-1) ?? -1];
    if (opener !== undefined && CLOSING[opener.text] === text) {
      token.other = open.pop() ?? null;
      opener.other = tokens.length;
    }
    tokens.push(token);
  }
  return tokens;
}

/** Where the value begins that ends with this token: `a.b(c)[0]` of its last bracket. Null when none ends there. */
export function beginningOf(tokens: readonly Token[], last: number): number | null {
  for (let at = last; ;) {
    const token = tokens[at];
    if (token === undefined) return null;
    let first = at;
    if (token.kind === 'sign') {
      if (token.other === null || token.other >= at) return null;
      first = token.other;
      const isAfterValue =
        tokens[first - 1]?.kind === 'name' || (token.text === ']' && isEnd(tokens[first - 1]));
      if (isAfterValue && token.text !== '}') {
        at = first - 1;
        continue;
      }
    }
    if (tokens[first - 1]?.text !== '.') return first;
    at = first - 2;
  }
}

function isEnd(token: Token | undefined): boolean {
  return (
    token !== undefined &&
    (token.kind !== 'sign' || (token.other !== null && Object.values(CLOSING).includes(token.text)))
  );
}

/** A call that is open at a place: its arguments so far, of which the last one is being written. */
export interface OpenCall {
  readonly name: string;
  /** The tokens of each argument: from one, before another. Of a method the first is what it is called on. */
  readonly args: readonly (readonly [first: number, behind: number])[];
}

/** The calls within which the token before `behind` stands, from the outermost. */
export function openCalls(tokens: readonly Token[], behind: number): readonly OpenCall[] {
  const calls: OpenCall[] = [];
  for (const [at, token] of tokens.entries()) {
    if (at >= behind) break;
    const before = tokens[at - 1];
    if (token.text !== '(' || before?.kind !== 'name') continue;
    if (token.other !== null && token.other < behind) continue;
    const args: (readonly [number, number])[] = [];
    if (tokens[at - 2]?.text === '.') {
      const first = beginningOf(tokens, at - 3);
      if (first !== null) args.push([first, at - 2]);
    }
    let first = at + 1;
    for (let one = at + 1; one < behind; one += 1) {
      const inner = tokens[one];
      if (inner === undefined) break;
      if (inner.text === ',' && inner.kind === 'sign') {
        args.push([first, one]);
        first = one + 1;
      } else if (inner.other !== null && inner.other > one && inner.other < behind) one = inner.other;
      else if (inner.other !== null && inner.other > one) break;
      else if (Object.hasOwn(CLOSING, inner.text) && inner.kind === 'sign') break;
    }
    args.push([first, behind]);
    calls.push({ name: before.text, args });
  }
  return calls;
}
