/**
 * Errors of the fleet. The fleet shares no code with a stack, since it has to run stacks of many releases at once, so it
 * has its own closed set of codes. `user`: who called, such as a customer's owner. `operator`: who runs the fleet.
 * `platform`: Middle.
 */
export const FLEET_ERROR_CODES = {
  /** A definition that does not hold together, such as a rollout without a wave. */
  definition_invalid: { fault: 'operator', status: 422 },
  /** A hold or veto that is longer than the operator's policy lets customers have. */
  beyond_policy: { fault: 'user', status: 422 },
  /** A change to the ledger that its state table does not know. */
  transition_illegal: { fault: 'platform', status: 409 },
  /** An operation that the stack's state does not let begin. */
  operation_illegal: { fault: 'platform', status: 409 },
  /** An order by a control plane that another one has replaced. */
  fenced: { fault: 'platform', status: 409 },
} as const satisfies Record<
  string,
  { readonly fault: 'user' | 'operator' | 'platform'; readonly status: number }
>;

export type FleetErrorCode = keyof typeof FLEET_ERROR_CODES;

export class FleetError extends Error {
  override readonly name = 'FleetError';
  readonly code: FleetErrorCode;
  /** What to do next, as one sentence to the person who reads it. */
  readonly hint: string | undefined;

  constructor(code: FleetErrorCode, message: string, details: { readonly hint?: string } = {}) {
    super(message);
    this.code = code;
    this.hint = details.hint;
  }
}
