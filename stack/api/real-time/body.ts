import { MiddleError } from '@middle/core/errors.ts';
import { ITEM_MAX_DEPTH } from '@middle/core/message.ts';
import { unstorableText } from '../http/validate.ts';

export type CallBody = Readonly<Record<string, unknown>>;

/** The body of a call as the input of a workflow; nothing is an input without values. @throws MiddleError request_invalid */
export function readBody(bytes: Uint8Array): CallBody {
  if (bytes.length === 0) return {};
  const value = parse(bytes);
  if (depthExceeds(value, ITEM_MAX_DEPTH)) {
    throw invalid('body', `must not be more than ${ITEM_MAX_DEPTH} levels deep`);
  }
  const unstorable = unstorableText(value, 'body');
  if (unstorable !== null) {
    throw invalid(unstorable, 'has a character that can not be stored (NUL, or half a surrogate pair)');
  }
  if (!isObject(value))
    throw invalid('body', 'must be an object with the inputs of the workflow by their keys');
  return value;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid('body', 'is not JSON in UTF-8');
  }
}

function isObject(value: unknown): value is CallBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Stops at the limit, so a body of brackets costs no stack. */
function depthExceeds(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((inner) => depthExceeds(inner, most - 1));
}

function invalid(path: string, message: string): MiddleError {
  return new MiddleError('request_invalid', `${path} ${message}`, {
    data: { errors: [{ path, message }] },
  });
}
