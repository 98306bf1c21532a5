import type { PaletteItem } from './palette.tsx';

/** The items in whose words each word of the text occurs. */
export function paletteMatches<Item extends Pick<PaletteItem, 'group' | 'title' | 'note'>>(
  items: readonly Item[],
  text: string,
): readonly Item[] {
  const wanted = text.trim().toLowerCase().split(/\s+/);
  return items.filter(({ group, title, note = '' }) => {
    const where = `${title} ${note} ${group}`.toLowerCase();
    return wanted.every((word) => where.includes(word));
  });
}
