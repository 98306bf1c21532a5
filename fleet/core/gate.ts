import * as z from 'zod';

/** Signals: what is measured at a stack, over the last minutes. */
export interface Signals {
  readonly requests: number;
  /** From 0 to 1. */
  readonly error_share: number;
  readonly latency_p95_ms: number;
  readonly queue_age_seconds: number;
  readonly crashes: number;
  readonly executions: number;
  /** From 0 to 1. */
  readonly failed_execution_share: number;
}

const GATED = [
  'error_share',
  'latency_p95_ms',
  'queue_age_seconds',
  'crashes',
  'failed_execution_share',
] as const;
export type GatedSignal = (typeof GATED)[number];

/**
 * A gate: a bound that a signal must keep while a stack bakes. `most` is absolute. `worse` compares: with the same stack
 * before, and with stacks that were not updated yet, so that what became worse everywhere (an outside system that is down)
 * is not held against the release.
 */
export const gateSchema = z.strictObject({
  signal: z.enum(GATED),
  most: z.number().min(0).nullable().default(null),
  /** How many times as high as expected it may be, and what may be added to that: small figures jump. */
  worse: z.number().min(1).nullable().default(null),
  slack: z.number().min(0).default(0),
  /** Shares and percentiles of fewer requests or executions prove nothing. */
  least_sample: z.int().min(0).default(0),
});

export type Gate = z.infer<typeof gateSchema>;

export const DEFAULT_GATES: readonly Gate[] = [
  { signal: 'crashes', most: 2, worse: null, slack: 0, least_sample: 0 },
  { signal: 'error_share', most: 0.5, worse: 1.5, slack: 0.01, least_sample: 50 },
  { signal: 'latency_p95_ms', most: null, worse: 2, slack: 50, least_sample: 50 },
  { signal: 'queue_age_seconds', most: null, worse: 2, slack: 120, least_sample: 0 },
  { signal: 'failed_execution_share', most: null, worse: 1.5, slack: 0.02, least_sample: 20 },
];

export interface Finding {
  readonly signal: GatedSignal;
  readonly value: number;
  readonly bound: number;
}

export interface Measured {
  readonly now: Signals | null;
  /** Of the same stack before its update, and the median of the others then and now. */
  readonly before: Signals | null;
  readonly othersBefore: Signals | null;
  readonly othersNow: Signals | null;
}

/** `unproven`: too little happened to tell. */
export interface Judgement {
  readonly verdict: 'passed' | 'failed' | 'unproven';
  readonly findings: readonly Finding[];
}

export function judge(gates: readonly Gate[], measured: Measured): Judgement {
  const { now } = measured;
  if (now === null) return { verdict: 'unproven', findings: [] };
  const findings: Finding[] = [];
  let unproven = false;
  for (const gate of gates) {
    if (sampleOf(gate.signal, now) < gate.least_sample) {
      unproven = true;
      continue;
    }
    const bound = boundOf(gate, measured);
    const value = now[gate.signal];
    if (value > bound) findings.push({ signal: gate.signal, value, bound });
  }
  if (findings.length > 0) return { verdict: 'failed', findings };
  return { verdict: unproven ? 'unproven' : 'passed', findings: [] };
}

function sampleOf(signal: GatedSignal, signals: Signals): number {
  if (signal === 'failed_execution_share') return signals.executions;
  return signal === 'error_share' || signal === 'latency_p95_ms'
    ? signals.requests
    : Number.POSITIVE_INFINITY;
}

function boundOf({ signal, most, worse, slack }: Gate, measured: Measured): number {
  const absolute = most ?? Number.POSITIVE_INFINITY;
  const before = measured.before?.[signal];
  if (worse === null || before === undefined) return absolute;
  const [othersBefore, othersNow] = [measured.othersBefore?.[signal], measured.othersNow?.[signal]];
  // By how much it rose at the others too, as a difference: ratios of figures near zero say nothing.
  const rose =
    othersBefore === undefined || othersNow === undefined ? 0 : Math.max(0, othersNow - othersBefore);
  return Math.min(absolute, (before + rose) * worse + slack);
}

/** For each signal the median of the stacks; null of none. */
export function medianOf(all: readonly Signals[]): Signals | null {
  const [first] = all;
  if (first === undefined) return null;
  const middle = (pick: (signals: Signals) => number): number => {
    const sorted = all.map(pick).sort((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  };
  return {
    requests: middle(({ requests }) => requests),
    error_share: middle((signals) => signals.error_share),
    latency_p95_ms: middle((signals) => signals.latency_p95_ms),
    queue_age_seconds: middle((signals) => signals.queue_age_seconds),
    crashes: middle(({ crashes }) => crashes),
    executions: middle(({ executions }) => executions),
    failed_execution_share: middle((signals) => signals.failed_execution_share),
  };
}
