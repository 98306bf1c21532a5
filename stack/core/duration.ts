/** Seconds in each unit that a readable duration such as `15m` or `1h30m` may use, largest first. */
const UNITS: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };

/** `15m`, `1h30m`, `2d`: whole numbers with a unit each, larger units first. */
export const DURATION_PATTERN = /^(?=\d)(?:\d{1,6}w)?(?:\d{1,6}d)?(?:\d{1,6}h)?(?:\d{1,6}m)?(?:\d{1,6}s)?$/;

/** Seconds of a readable duration, or null when the text is not one. */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  let seconds = 0;
  for (const [, digits, unit = ''] of text.matchAll(/(\d+)([wdhms])/g)) {
    seconds += Number(digits) * (UNITS[unit] ?? 0);
  }
  return seconds;
}

/** The shortest readable form: 5400 is `1h30m`, 0 is `0s`. The inverse of `parseDuration`. */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds);
  let text = '';
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(rest / size);
    if (count === 0) continue;
    text += `${String(count)}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}
