import type { RecordSet } from '../data/types.ts';

const NAMING = ['name', 'title', 'label', 'subject', 'displayName', 'display_name'];

/** A longer text is a note or a document and names nothing. */
const NAME_CHARACTERS = 80;

/** What a person would call a record: ids of many sources say nothing. Null when its data has no such text. */
export function recordName(data: Readonly<Record<string, unknown>>, set?: RecordSet): string | null {
  const texts = (set?.recordType.attributes ?? [])
    .filter(({ type }) => type === 'string')
    .map(({ key }) => key);
  for (const key of [...NAMING, ...texts]) {
    const value = data[key];
    if (typeof value !== 'string' || value.trim() === '') continue;
    if (value.length <= NAME_CHARACTERS) return value;
    if (NAMING.includes(key)) return `${Array.from(value).slice(0, NAME_CHARACTERS).join('')}…`;
  }
  return null;
}
