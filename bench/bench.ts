/** What a benchmark measures with and tells through. */
export interface BenchContext {
  /** Progress for the person who waits; goes to standard error. */
  progress(text: string): void;
  /** Options of the command line after the name, such as `--records 20000`. */
  number(name: string, fallback: number): number;
}

export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is compared with in the same run, and their ratio. */
  readonly peer?: { readonly what: string; readonly value: number; readonly ratio: number } | undefined;
}

export interface BenchResult {
  readonly title: string;
  readonly rows: readonly BenchRow[];
  /** What a reader must know to read the figures, such as sizes and settings. */
  readonly notes?: readonly string[] | undefined;
}

/** What each file of a benchmark exports as `run`. */
export type Bench = (context: BenchContext) => Promise<BenchResult>;

export function ratioRow(
  what: string,
  value: number,
  unit: string,
  peer: { readonly what: string; readonly value: number },
): BenchRow {
  return { what, value, unit, peer: { ...peer, ratio: value / peer.value } };
}

/** The value that a share of the sorted values does not exceed; `share` 0.95 gives the p95. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
