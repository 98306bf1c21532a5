/**
 * Durations counted by buckets that grow by a quarter of a doubling each: what is read from them is at most 9% off,
 * from a millisecond to months, and counts of any two times can be added up.
 */
export type Histogram = Readonly<Record<string, number>>;

const PER_DOUBLING = 4;

/** @param milliseconds below 1, or negative where clocks differ, counts as nothing */
export function bucketOf(milliseconds: number): number {
  return milliseconds < 1 ? 0 : 1 + Math.floor(Math.log2(milliseconds) * PER_DOUBLING);
}

/** The middle of a bucket, in milliseconds. */
export function durationOf(bucket: number): number {
  return bucket === 0 ? 0 : 2 ** ((bucket - 0.5) / PER_DOUBLING);
}

export function addHistograms(histograms: Iterable<Histogram>): Histogram {
  const sum: Record<string, number> = {};
  for (const histogram of histograms) {
    for (const [bucket, count] of Object.entries(histogram)) sum[bucket] = (sum[bucket] ?? 0) + count;
  }
  return sum;
}

/**
 * The duration, in milliseconds, that this share of all stayed at or below; null: there are none.
 * @param share above 0, at most 1: 0.95 for p95
 */
export function percentile(histogram: Histogram, share: number): number | null {
  const buckets = Object.entries(histogram)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .sort((a, b) => a.bucket - b.bucket);
  const wanted = share * buckets.reduce((total, { count }) => total + count, 0);
  let passed = 0;
  for (const { bucket, count } of buckets) {
    passed += count;
    if (passed >= wanted && count > 0) return durationOf(bucket);
  }
  return null;
}
