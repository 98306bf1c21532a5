import type { FastifyError } from 'fastify';
import type { Problem } from '@middle/contract/problem.ts';
import type { ErrorCode } from '@middle/core/error-codes.ts';
import { faultOf, statusOf } from '@middle/core/error-codes.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { isDatabaseAway } from '@middle/store/database-errors.ts';

/** Fastify's own refusals, in the product's codes. */
const FASTIFY: Readonly<Record<string, { code: ErrorCode; detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body_too_large', detail: 'the body is too large' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'media_type_unsupported',
    detail: 'the content-type is not one that this endpoint reads',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'request_invalid', detail: 'the body is empty, but its type is JSON' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'request_invalid',
    detail: 'the body is not as long as content-length says',
  },
};

/** Postgres's words for what a caller, or the moment, got wrong (postgresql.org, "PostgreSQL Error Codes"). */
const POSTGRES: Readonly<Record<string, { code: ErrorCode; detail: string; hint?: string }>> = {
  '23505': { code: 'conflict', detail: 'there is already one with this name or key' },
  '23503': { code: 'conflict', detail: 'something else still uses it, or what it names is gone' },
  '40001': { code: 'conflict', detail: 'someone else changed it at the same moment', hint: 'Try again.' },
  '40P01': { code: 'conflict', detail: 'someone else changed it at the same moment', hint: 'Try again.' },
  '55P03': { code: 'conflict', detail: 'someone else is changing it right now', hint: 'Try again.' },
  '57014': {
    code: 'query_timeout',
    detail: 'the database took too long',
    hint: 'Narrow the question with a filter.',
  },
};

/** Any thrown value as an error of the product. What is not known is internal, and none of its text is shown. */
export function asMiddleError(thrown: unknown): MiddleError {
  if (thrown instanceof MiddleError) return thrown;
  const { code, statusCode, message } = describe(thrown);
  const refused = FASTIFY[code];
  if (refused !== undefined) return new MiddleError(refused.code, refused.detail, { cause: thrown });
  const postgres = POSTGRES[code];
  if (postgres !== undefined) {
    const { hint } = postgres;
    return new MiddleError(postgres.code, postgres.detail, {
      cause: thrown,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  if (isDatabaseAway(thrown)) {
    return new MiddleError('database_unavailable', 'the database does not answer', {
      cause: thrown,
      hint: 'It is restarted when it has failed; try again in a few seconds.',
    });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new MiddleError('request_invalid', message, { cause: thrown });
  }
  return new MiddleError('internal', 'something went wrong inside Middle', {
    cause: thrown,
    hint: 'The log of the API has the details under this request id.',
  });
}

function describe(thrown: unknown): { code: string; statusCode: number | undefined; message: string } {
  if (!(thrown instanceof Error)) return { code: '', statusCode: undefined, message: '' };
  const { code, statusCode }: Partial<FastifyError> = thrown;
  return { code: code ?? '', statusCode, message: thrown.message };
}

export function problemOf(error: MiddleError, requestId: string): Problem {
  const { errors, ...data } = error.data;
  return {
    type: `urn:middle:problem:${error.code}`,
    title: error.code.replaceAll('_', ' '),
    status: statusOf(error.code),
    detail: error.message,
    code: error.code,
    fault: faultOf(error.code),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    requestId,
    ...(isErrorList(errors) ? { errors } : {}),
    ...(Object.keys(data).length === 0 ? {} : { data }),
  };
}

function isErrorList(value: unknown): value is NonNullable<Problem['errors']> {
  return Array.isArray(value);
}
