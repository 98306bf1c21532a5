/** Moments are milliseconds since 1970 in UTC: plain numbers, since a plan compares many thousands of them. */
export type Moment = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** From `from` up to but not including `until`. */
export interface Span {
  readonly from: Moment;
  readonly until: Moment;
}

/** The same time without overlaps, in order; spans that touch become one. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || span.from > last.until) result.push(span);
    else if (span.until > last.until) result[result.length - 1] = { from: last.from, until: span.until };
  }
  return result;
}

/** Milliseconds of `within` that the spans cover. */
export function covered(spans: readonly Span[], within: Span): number {
  return merged(spans).reduce(
    (sum, { from, until }) => sum + Math.max(0, Math.min(until, within.until) - Math.max(from, within.from)),
    0,
  );
}
