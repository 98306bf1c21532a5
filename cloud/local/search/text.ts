import { SEARCH_LIMITS } from '../../ports/search.ts';

/** Longest text that is indexed of one record: what lies behind is found by no word. */
const INDEXED_MAX_CHARACTERS = 65_536;
const WORD_MAX_CHARACTERS = 100;

/** Without control characters, which the other way takes care of. */
const ASCII = /^[\t\n\r -~]*$/;
const MARKS = /\p{M}+/gu;
/** Scripts written without spaces: each character becomes a word of its own, and a run of them a phrase. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;
/** What FTS5's unicode61 takes as part of a word (sqlite.org/fts5.html, "Unicode61 Tokenizer"). */
const WORDS = /[\p{L}\p{N}\p{Co}]+/gu;

/** Text without case, accents and forms of width: what compares equal looks equal to a person. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.toWellFormed().normalize('NFKD').replaceAll(MARKS, '').toLowerCase().replaceAll('\0', ' ');
}

function spaced(folded: string): string {
  return ASCII.test(folded) ? folded : folded.replaceAll(UNSPACED, ' $& ');
}

/** The text of a record as it goes into the full-text index: each text and number, also within arrays. */
export function indexedText(id: string, data: Readonly<Record<string, unknown>>): string {
  const parts: string[] = [id];
  let characters = id.length;
  const add = (value: unknown, depth: number): void => {
    if (characters > INDEXED_MAX_CHARACTERS) return;
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value);
      parts.push(text);
      characters += text.length;
    } else if (typeof value === 'object' && value !== null && depth < 4) {
      for (const item of Object.values(value)) add(item, depth + 1);
    }
  };
  add(data, 0);
  // A phrase may reach over two attributes: "Ada Lovelace" finds a first and a last name.
  return spaced(fold(parts.join(' ').slice(0, INDEXED_MAX_CHARACTERS)));
}

export interface ParsedText {
  /** An FTS5 query, or null when the text has no word. */
  readonly match: string | null;
  /** The folded words, in order, for ranking. */
  readonly words: readonly string[];
  /** The folded text as a whole. */
  readonly whole: string;
}

/**
 * Makes an FTS5 query of what a person typed. Only words reach it, each within quotes, so nothing in the text can be
 * an operator or an error.
 */
export function parseText(text: string): ParsedText {
  const folded = fold(text.slice(0, 2_000));
  const phrases: string[][] = [];
  let count = 0;
  const add = (chunk: string): void => {
    // Words joined by punctuation (an e-mail address, a date) stand beside each other in the index as well.
    const words = (spaced(chunk).match(WORDS) ?? [])
      .map((word) => word.slice(0, WORD_MAX_CHARACTERS))
      .slice(0, SEARCH_LIMITS.words - count);
    if (words.length === 0) return;
    count += words.length;
    phrases.push(words);
  };
  // Odd parts are within quotes; an unclosed quote runs to the end.
  const parts = folded.split(/["“”„«»]/u);
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) add(part);
    else for (const chunk of part.split(/\s+/u)) add(chunk);
  }
  const endsQuoted = parts.length % 2 === 1 && parts.length > 1 && parts.at(-1)?.trim() === '';
  const terms = phrases.map((words, index) => {
    const prefix = index === phrases.length - 1 && !endsQuoted ? ' *' : '';
    return `"${words.join(' ')}"${prefix}`;
  });
  return {
    match: terms.length === 0 ? null : terms.join(' AND '),
    words: phrases.flat(),
    whole: folded.replaceAll(/["“”„«»]/gu, '').trim(),
  };
}
