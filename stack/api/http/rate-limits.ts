import { createHash } from 'node:crypto';
import type { RateLimitOptions } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { Endpoint } from '@middle/contract/endpoint.ts';
import { MiddleError } from '@middle/core/errors.ts';

const MINUTE = 60_000;

/** Endpoints where a stranger could guess a secret. */
function guesses(endpoint: Endpoint): boolean {
  return endpoint.permission === 'public' && endpoint.path !== '/sign-out';
}

/** Per caller; attempts to guess a password, a code or a link have a bucket of their own per address. */
export function limitsOf(
  endpoint: Endpoint,
  limits: { readonly requestsPerMinute: number; readonly signInsPerMinute: number },
): RateLimitOptions {
  const guessing = guesses(endpoint);
  return {
    max: guessing ? limits.signInsPerMinute : limits.requestsPerMinute,
    timeWindow: MINUTE,
    keyGenerator: guessing ? (request) => `guess:${request.ip}` : callerKey,
    errorResponseBuilder: (_request, { ttl, max }) =>
      new MiddleError('too_many_requests', `more than ${String(max)} requests in a minute`, {
        hint: `Wait ${String(Math.ceil(ttl / 1000))} seconds.`,
        data: { retryAfterSeconds: Math.ceil(ttl / 1000) },
      }),
  };
}

/** Whoever carries the same credential from the same address. A digest, so that no secret lies in the table of counts. */
export function callerKey(request: FastifyRequest): string {
  const credential = request.headers.authorization ?? request.headers.cookie;
  if (credential === undefined) return request.ip;
  return `${request.ip}:${createHash('sha256').update(credential).digest('base64url').slice(0, 16)}`;
}
