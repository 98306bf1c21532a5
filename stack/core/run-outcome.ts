import type { ErrorCode } from './error-codes.ts';
import type { Fault } from './errors.ts';
import { retrySeconds } from './schedule.ts';

/** How an invocation ended, as its row keeps it. */
export type InvocationOutcome =
  'ok' | 'user_error' | 'developer_error' | 'platform_error' | 'restarted' | 'cancelled';

export interface RunError {
  readonly code: string;
  readonly message: string;
  readonly fault: Fault;
  readonly hint?: string | undefined;
}

export interface EndedInvocation {
  readonly outcome: InvocationOutcome;
  readonly error: RunError | null;
  readonly attempts: number;
  readonly maxAttempts: number;
  /** It stored a cursor beyond the one it began from. */
  readonly progressed: boolean;
  readonly cancelRequested: boolean;
}

export type RunDecision =
  | { readonly state: 'succeeded' }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly error: RunError }
  /** Another attempt, which goes on from the last stored cursor. */
  | { readonly state: 'queued'; readonly error: RunError; readonly afterSeconds: number };

/** What may be better at another time: the way to the source, its limits, and our own troubles. */
const PASSING: ReadonlySet<string> = new Set([
  'database_unavailable',
  'egress_failed',
  'function_lost',
  'rate_limited',
] satisfies ErrorCode[]);

/** Attempts without progress in a row that may end with a lost worker, for each that may end with an error. */
export const RESTARTS_PER_ATTEMPT = 4;

/** What a run does after its invocation has ended and all its messages are applied. */
export function decideRun(ended: EndedInvocation): RunDecision {
  if (ended.outcome === 'ok') return { state: 'succeeded' };
  if (ended.outcome === 'cancelled' || ended.cancelRequested) return { state: 'cancelled' };
  const error = ended.error ?? {
    code: 'internal',
    message: 'it ended without saying why',
    fault: 'platform',
  };
  // A transfer longer than one invocation may take goes on from its cursor, for as long as that moves.
  if (error.code === 'function_timeout' && ended.progressed)
    return { state: 'queued', error, afterSeconds: 0 };
  const passing = ended.outcome === 'restarted' || error.fault === 'platform' || PASSING.has(error.code);
  // A worker that was stopped or killed is no fault of the run's; it is bounded all the same, should it be the cause.
  const most = ended.outcome === 'restarted' ? ended.maxAttempts * RESTARTS_PER_ATTEMPT : ended.maxAttempts;
  if (!passing || (ended.attempts >= most && !ended.progressed)) return { state: 'failed', error };
  const afterSeconds = ended.outcome === 'restarted' ? 0 : retrySeconds(ended.attempts);
  return { state: 'queued', error, afterSeconds };
}
