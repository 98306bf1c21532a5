import { tokensOf } from '@middle/core/expression/tokens.ts';
import type { ExpressionProblem } from './place.ts';

/** A piece of a source that looks the same from its first character to its last. */
export interface Segment {
  readonly start: number;
  readonly text: string;
  readonly look: 'plain' | 'name' | 'function' | 'text' | 'number' | 'keyword';
  readonly wrong: boolean;
}

const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in']);

/** The whole source in pieces, in order: nothing is left out and nothing is twice. */
export function segmentsOf(source: string, problems: readonly ExpressionProblem[]): readonly Segment[] {
  const looks = looksOf(source);
  const borders = new Set([0, source.length]);
  for (const { start, end } of looks) borders.add(start).add(end);
  const spans = problems.flatMap((one) => spanOf(one, source.length));
  for (const { start, end } of spans) borders.add(start).add(end);
  const places = [...borders].sort((a, b) => a - b);
  return places.slice(0, -1).map((start, index) => {
    const end = places[index + 1] ?? source.length;
    return {
      start,
      text: source.slice(start, end),
      look: looks.find((one) => one.start <= start && end <= one.end)?.look ?? 'plain',
      wrong: spans.some((one) => one.start <= start && end <= one.end),
    };
  });
}

interface Look {
  readonly start: number;
  readonly end: number;
  readonly look: Segment['look'];
}

function looksOf(source: string): readonly Look[] {
  const tokens = tokensOf(source);
  return tokens.flatMap(({ kind, start, end, text }, index): Look[] => {
    if (kind === 'sign') return [];
    if (kind !== 'name') return [{ start, end, look: kind }];
    const isCall = tokens[index + 1]?.text === '(';
    return [{ start, end, look: isCall ? 'function' : KEYWORDS.has(text) ? 'keyword' : 'name' }];
  });
}

/** What is missing at the very end is shown at the last character. */
function spanOf({ start, end }: ExpressionProblem, length: number): { start: number; end: number }[] {
  if (start === undefined || length === 0) return [];
  const first = Math.min(Math.max(0, start), length - 1);
  return [{ start: first, end: Math.min(length, Math.max(first + 1, end ?? length)) }];
}
