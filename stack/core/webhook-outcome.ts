import type { RunError } from './run-outcome.ts';

/** How often a request is tried. One that fails holds up those behind it, so the waits are short. */
const WAITS_SECONDS = [1, 5, 30, 120];
/** A request that ends its worker each time must not go on for ever. */
const RESTARTS_MOST = 5;

/** What becomes of a request whose function ended. */
export type WebhookDecision =
  | { readonly state: 'processed' }
  | { readonly state: 'refused' | 'dead'; readonly error: RunError }
  | { readonly state: 'waiting'; readonly error: RunError; readonly seconds: number };

/** @param attempts that failed before this one */
export function decideRequest(attempts: number, error: RunError | null): WebhookDecision {
  if (error === null) return { state: 'processed' };
  if (error.code === 'webhook_refused') return { state: 'refused', error };
  const seconds = WAITS_SECONDS[attempts];
  return seconds === undefined ? { state: 'dead', error } : { state: 'waiting', error, seconds };
}

/** Of a request whose worker went silent; null: it is tried again at once. */
export function decideRestart(restarts: number): WebhookDecision | null {
  if (restarts < RESTARTS_MOST) return null;
  const message = `its worker ended ${restarts} times while it was processed`;
  return { state: 'dead', error: { code: 'function_lost', message, fault: 'platform' } };
}
