import type { RetryPolicy } from './definition.ts';
import type { StepError } from './course.ts';

/** What trying again can't change, whatever the policy says. */
const NEVER = new Set([
  'execution_cancelled',
  'execution_limit',
  'expression_failed',
  'function_memory',
  'function_output_limit',
  'function_protocol',
]);

/**
 * Milliseconds until the next attempt, or null when the failure is final.
 * @param attempt the one that failed, from 1
 * @param random from 0 to 1: spreads attempts that failed together over the second half of the wait
 */
export function retryAfter(
  policy: RetryPolicy,
  failed: { readonly attempt: number; readonly error: StepError; readonly random: number },
): number | null {
  const { attempt, error, random } = failed;
  if (attempt >= policy.attempts || !isWorthIt(policy, error)) return null;
  const seconds = Math.min(policy.mostSeconds, policy.firstSeconds * policy.factor ** (attempt - 1));
  return Math.round(seconds * 1_000 * (0.5 + random / 2));
}

function isWorthIt({ codes }: RetryPolicy, { code }: StepError): boolean {
  return codes === undefined ? !NEVER.has(code) : codes.includes(code);
}
