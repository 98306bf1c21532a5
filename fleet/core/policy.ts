import * as z from 'zod';

/**
 * What the operator lets customers decide, and how the fleet treats all stacks. Customers' wishes are held to it when they
 * are made and honoured once accepted: a stricter policy does not shorten what was promised before.
 */
export const policySchema = z.strictObject({
  /** The longest hold, and how much of any 365 days a stack may be on hold. */
  hold_most_days: z.number().min(0).max(365).default(30),
  held_most_days_a_year: z.number().min(0).max(365).default(90),
  /** How far ahead a hold may begin. */
  hold_ahead_days: z.number().min(0).max(730).default(365),
  /** A veto ends at the latest so long after its release was published. */
  veto_most_days: z.number().min(0).max(90).default(14),
  /** Windows must be open so long in a week, or updates would never fit in. */
  window_least_minutes_a_week: z.int().min(60).max(10_080).default(120),
  /** A stack that is busy is not updated, but for so long at most: what never ends can't be waited for. */
  busy_most_hours: z.number().min(0).max(720).default(24),
  /** A security release may override holds, windows and vetoes so long after it was announced. */
  security_notice_hours: z.number().min(0).max(720).default(48),
  /** What an update is expected to take: it begins only when so much of the window is left, and no hold begins before. */
  update_minutes: z.int().min(1).max(45).default(15),
  /** An operation that runs longer is given up and, if it was an update, taken back. */
  operation_most_minutes: z.int().min(1).max(1_440).default(60),
  /** Attempts at one operation before the rollout goes on without the stack. */
  attempts_most: z.int().min(1).max(100).default(3),
  /** After an update a stack can be rolled back for so long; then its contract migrations may run. */
  roll_back_days: z.number().min(0).max(90).default(7),
  /** A rollout that nobody continues is aborted. */
  pause_most_days: z.number().min(0).max(90).default(14),
});

export type Policy = z.infer<typeof policySchema>;

export const DEFAULT_POLICY: Policy = policySchema.parse({});
