/** JSON of one value that is told whole. */
const VALUE_MAX = 20_000;

/** A value for people to look at: one that is too large to be sent is told by its beginning. */
export function clipped(value: unknown, most: number = VALUE_MAX): unknown {
  if (value === undefined || value === null) return null;
  const text = JSON.stringify(value);
  if (text.length <= most) return value;
  return `${text.slice(0, most)}… (${text.length.toLocaleString('en')} characters)`;
}
