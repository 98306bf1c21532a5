/**
 * Where characters are on the screen. A text area can't say that, so the same text is drawn below it, character over
 * character, and asked instead.
 */
export function rectOf(drawn: HTMLElement, start: number, end: number): DOMRect | null {
  const [from, to] = [placeOf(drawn, start), placeOf(drawn, end)];
  if (from === null || to === null) return null;
  const range = document.createRange();
  range.setStart(from.node, from.offset);
  range.setEnd(to.node, to.offset);
  const rects = [...range.getClientRects()];
  return rects.at(-1) ?? range.getBoundingClientRect();
}

function placeOf(drawn: HTMLElement, offset: number): { node: Node; offset: number } | null {
  const walker = document.createTreeWalker(drawn, NodeFilter.SHOW_TEXT);
  let before = 0;
  let last: { node: Node; offset: number } | null = null;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const { length } = node.textContent ?? '';
    if (offset <= before + length) return { node, offset: offset - before };
    before += length;
    last = { node, offset: length };
  }
  return last;
}

/** The place of the first character of the piece of text at a point of the screen; null beside the text. */
export function pieceAt(drawn: HTMLElement, x: number, y: number): number | null {
  for (const piece of drawn.querySelectorAll<HTMLElement>('[data-start]')) {
    for (const { left, right, top, bottom } of piece.getClientRects()) {
      if (left <= x && x <= right && top <= y && y <= bottom) return Number(piece.dataset['start']);
    }
  }
  return null;
}
