/** Whether the characters of a text fit a pattern of `*` and `?`. Takes at most as many looks as both lengths multiplied. */
export function matchesGlob(text: readonly string[], pattern: readonly string[]): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let place = 0; place < text.length;) {
    if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[place]) && pattern[at] !== '*') {
      at += 1;
      place += 1;
    } else if (pattern[at] === '*') {
      star = at;
      resume = place;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      place = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
