/**
 * The rate limit of a connection: at most `requests` in any period of `perSeconds`, shared by all its functions. It is
 * a token bucket in its "next free moment" form: one number instead of a counter and a timer, and a caller who asks is
 * told at once how long to wait, in the order of asking.
 */
export interface Rate {
  readonly requests: number;
  readonly perSeconds: number;
}

export interface RateState {
  /** When the bucket would be full again, in milliseconds. */
  readonly fullAt: number;
  /** Nothing goes out before this moment: the outside system asked for a pause. */
  readonly pausedUntil: number;
}

export const RATE_START: RateState = { fullAt: 0, pausedUntil: 0 };

/** A tenth of the limit may go at once; the rest is spread, so that no window of the period holds more than the limit. */
export function burstOf(rate: Rate): number {
  return Math.max(1, Math.floor(rate.requests / 10));
}

/** Takes one request's turn; `waitMilliseconds` says when it comes. */
export function takeTurn(
  state: RateState,
  rate: Rate | null,
  now: number,
): { readonly state: RateState; readonly waitMilliseconds: number } {
  const earliest = Math.max(now, state.pausedUntil);
  if (rate === null) return { state, waitMilliseconds: earliest - now };
  const burst = burstOf(rate);
  const interval = (rate.perSeconds * 1000) / (rate.requests - burst + 1);
  const fullAt = Math.max(state.fullAt, earliest) + interval;
  const turn = Math.max(earliest, fullAt - burst * interval);
  return { state: { ...state, fullAt }, waitMilliseconds: turn - now };
}

/** The outside system said when to come back; a shorter pause never cuts a longer one. */
export function pause(state: RateState, until: number): RateState {
  return { ...state, pausedUntil: Math.max(state.pausedUntil, until) };
}
