/** Words of one execution beyond these are not found: a large answer must not fill the index. */
export const WORDS_MAX = 400;
const WORD_MAX_CHARACTERS = 64;
const QUERY_WORDS_MAX = 16;
/** Characters looked at, of all values together. */
const TEXT_MAX_CHARACTERS = 32_768;

/** The words of a text as they are found: small letters without accents, letters and digits only. */
export function wordsIn(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase();
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map(cut);
}

/** Never through the middle of a character: half of one is no text that a database takes. */
function cut(word: string): string {
  return word.slice(0, WORD_MAX_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '');
}

/** The words of all values in JSON values, each once; the names of fields are none. */
export function wordsOfValues(values: Iterable<unknown>): readonly string[] {
  const words = new Set<string>();
  let left = TEXT_MAX_CHARACTERS;
  const take = (value: unknown): void => {
    if (left <= 0 || words.size >= WORDS_MAX || value === null) return;
    if (typeof value === 'object') {
      for (const inner of Object.values(value)) take(inner);
    } else if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value).slice(0, left);
      left -= text.length;
      for (const word of wordsIn(text)) if (words.size < WORDS_MAX) words.add(word);
    }
  };
  for (const value of values) take(value);
  return [...words];
}

/** What is looked for: every word has to be there; the last one may go on. */
export interface WordQuery {
  readonly words: readonly string[];
  readonly beginning: string | null;
}

/** @returns null when there is no word in it */
export function wordQuery(text: string): WordQuery | null {
  const words = wordsIn(text).slice(0, QUERY_WORDS_MAX);
  const last = words.at(-1);
  if (last === undefined) return null;
  // Behind a finished word nothing more is being typed.
  const isOpen = /[\p{L}\p{N}]$/u.test(text);
  return isOpen ? { words: words.slice(0, -1), beginning: last } : { words, beginning: null };
}
