import type { ErrorCode } from '@middle/core/error-codes.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Fault } from '@middle/core/errors.ts';
import { exitCodeOf } from './exit-codes.ts';
import { bad, faint } from './output.ts';

interface Reported {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fault: Fault;
  readonly hint?: string | undefined;
  readonly data?: unknown;
  readonly requestId?: string | undefined;
}

/**
 * Says what went wrong: for people on stderr, with --json as `{ "error": ... }` on stdout.
 * @returns the exit code.
 */
export function report(error: Error, json: boolean): number {
  const reported = describe(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: reported })}\n`);
  else {
    process.stderr.write(`${bad('error')} ${reported.message} ${faint(`(${reported.code})`)}\n`);
    if (reported.hint !== undefined) process.stderr.write(`${reported.hint}\n`);
    if (process.env['MIDDLE_TRACE'] !== undefined) process.stderr.write(`${error.stack ?? ''}\n`);
  }
  return exitCodeOf(reported.code, reported.fault);
}

function describe(error: Error): Reported {
  if (error instanceof MiddleError) {
    const { code, message, fault, hint, data } = error;
    return { code, message, fault, hint, data };
  }
  // An ApiProblem, known by its shape: importing the client here would load it for every command.
  if ('problem' in error && isProblem(error.problem)) {
    const { code, fault, hint, data, requestId } = error.problem;
    return { code, message: error.message, fault, hint, data, requestId };
  }
  return {
    code: 'internal',
    message: error.message,
    fault: 'platform',
    hint: 'MIDDLE_TRACE=1 shows where it happened.',
  };
}

function isProblem(value: unknown): value is Omit<Reported, 'message'> {
  return typeof value === 'object' && value !== null && 'code' in value && 'fault' in value;
}
