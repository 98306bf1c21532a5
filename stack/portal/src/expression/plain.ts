import type { ExpressionType } from '@middle/core/expression/type.ts';

/**
 * A source that is nothing but a value written out can be shown as a plain field, so that nobody needs quotes to write
 * a text. What is more than that stays an expression.
 */
export type Plain = string | number | boolean;
export type PlainKind = 'text' | 'number' | 'boolean' | 'date' | 'datetime';

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** How a value of this type is written plainly; null when it can't be. */
export function plainKindOf({ kind }: ExpressionType): PlainKind | null {
  return kind === 'any' ? 'text' : kind === 'array' || kind === 'object' || kind === 'record' ? null : kind;
}

/** The value that a source writes out; null when it is more than a value of that kind. */
export function plainOf(source: string, kind: PlainKind): Plain | null {
  const text = source.trim();
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : null;
  if (kind === 'number') return NUMBER.test(text) ? Number(text) : null;
  if (!/^"(?:[^"\\\n]|\\.)*"$/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** The source that writes a value out. */
export function sourceOf(value: Plain): string {
  return JSON.stringify(value);
}
