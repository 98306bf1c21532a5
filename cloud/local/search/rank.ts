import type { ParsedText } from './text.ts';
import { fold } from './text.ts';

/**
 * How well a record answers a text, from its own values alone. Figures that depend on the rest of the index (such as
 * BM25) move while one pages, and can't be compared between record sets.
 */
export function scoreOf(id: string, keys: readonly unknown[], text: ParsedText): number {
  if (text.whole !== '' && fold(id) === text.whole) return 5;
  let best = 1;
  for (const value of keys) {
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const score = scoreOfValue(String(value), text);
    if (score > best) best = score;
    if (best === 4) break;
  }
  return best;
}

function scoreOfValue(value: string, { whole, words }: ParsedText): number {
  if (value === whole) return 4;
  if (value.startsWith(whole)) return 3;
  return words.every((word) => value.includes(word)) ? 2 : 1;
}
