import { faultOf } from './error-codes.ts';
import type { ErrorCode } from './error-codes.ts';

/** Whose fault an error is. `user`: the caller. `developer`: the author of an app. `operator`: who runs the stack. `platform`: Middle. */
export type Fault = 'user' | 'developer' | 'operator' | 'platform';

export interface ErrorDetails {
  /** What to do next, as one sentence to the person who reads it. */
  readonly hint?: string;
  /** Facts for a program: the wrong value, a limit, an id. Never a secret. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The only error class thrown on purpose. The message says what was wrong and with which value. */
export class MiddleError extends Error {
  override readonly name = 'MiddleError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.data = details.data ?? {};
  }

  get fault(): Fault {
    return faultOf(this.code);
  }
}

/** Any thrown value as text that is safe to show beside a code; never a stack trace. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
