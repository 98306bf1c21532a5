const INTEGER = new Intl.NumberFormat('en');
/** Groups from 10,000 on, so that a year stays a year. */
const PLAIN = new Intl.NumberFormat('en', { useGrouping: 'min2', maximumFractionDigits: 15 });
const ESTIMATE = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const DATE_TIME = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

export function formatCount(value: number): string {
  return INTEGER.format(value);
}

/** A number of a record, as its source gave it. */
export function formatNumber(value: number): string {
  return PLAIN.format(value);
}

export function formatCompact(value: number): string {
  return value < 10_000 ? INTEGER.format(value) : COMPACT.format(value);
}

/** Counting stops at a round number; beyond it the API gives the database's own estimate. */
export function formatCapped({ count, exact }: { readonly count: number; readonly exact: boolean }): string {
  if (exact) return INTEGER.format(count);
  return count % 1000 === 0 ? `${INTEGER.format(count)}+` : `≈ ${ESTIMATE.format(count)}`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

export function formatMilliseconds(ms: number): string {
  if (ms < 1000) return `${String(Math.max(0, Math.round(ms)))} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)}m ${String(Math.floor(seconds % 60)).padStart(2, '0')}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${String(hours)}h ${String(minutes % 60).padStart(2, '0')}m`;
  return `${String(Math.floor(hours / 24))}d ${String(hours % 24)}h`;
}

/** “every 15 minutes”, “every day”. */
export function formatEvery(seconds: number): string {
  const units: readonly [number, string][] = [
    [604_800, 'week'],
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ];
  for (const [size, unit] of units) {
    if (seconds >= size && seconds % size === 0) {
      const count = seconds / size;
      return count === 1 ? `every ${unit}` : `every ${String(count)} ${unit}s`;
    }
  }
  return `every ${String(seconds)} seconds`;
}

export function formatSpan(seconds: number): string {
  return seconds === 0
    ? 'none'
    : formatEvery(seconds)
        .replace(/^every (\D)/, '1 $1')
        .replace('every ', '');
}

export function formatRelative(at: Date, now: number): string {
  const seconds = (at.getTime() - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 4) return 'just now';
  if (size < 60) return RELATIVE.format(Math.round(seconds), 'second');
  if (size < 3600) return RELATIVE.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return RELATIVE.format(Math.round(seconds / 3600), 'hour');
  if (size < 86_400 * 30) return RELATIVE.format(Math.round(seconds / 86_400), 'day');
  return DAY.format(at);
}

export function formatDateTime(at: Date): string {
  return DATE_TIME.format(at);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `not_found` as words: “Not found”. */
export function words(code: string): string {
  const text = code.replaceAll(/[_-]/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
