import { MiddleError, messageOf } from '../errors.ts';
import type { StepError, StepOutcome } from './course.ts';
import { OUTPUT_MAX_BYTES } from './definition.ts';

/** What a step failed with, as history keeps it. */
export function errorOf(error: unknown): StepError {
  if (error instanceof MiddleError) {
    const { code, message, fault, hint } = error;
    return { code, message, fault, ...(hint === undefined ? {} : { hint }) };
  }
  return { code: 'internal', message: messageOf(error), fault: 'platform' };
}

/** A step that gives more than an execution can hold has failed. */
export function withinSize(outcome: StepOutcome): StepOutcome {
  if (outcome.state === 'failed') return outcome;
  const size = JSON.stringify(outcome.output ?? null).length;
  if (size <= OUTPUT_MAX_BYTES) return outcome;
  const message = `the step gave ${size.toLocaleString('en')} bytes; the most is ${OUTPUT_MAX_BYTES.toLocaleString('en')}`;
  return { state: 'failed', error: { code: 'execution_limit', message, fault: 'user' } };
}
