import type { FastifyReply, FastifyRequest } from 'fastify';
import { MiddleError } from '@middle/core/errors.ts';
import type { Database } from '@middle/store/database.ts';
import { findHolder, noteUse } from '@middle/store/real-time/keys.ts';
import type { ApiKeyHolder } from '@middle/store/real-time/keys.ts';
import type { Allowance } from '../http/allowance.ts';
import { isSecret, prefixOf } from './secret.ts';

/** Requests with a wrong key from one address. Nobody guesses 256 bits; this bounds what trying costs us. */
const WRONG_PER_MINUTE = 120;

interface Deps {
  readonly database: Database;
  readonly now: () => number;
  readonly calls: Allowance;
  readonly wrong: Allowance;
}

/**
 * Who calls, by the bearer key. Looked up at each call, so a key that was revoked is out at once.
 * @throws MiddleError api_key_invalid, too_many_requests
 */
export async function authenticate(
  deps: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<ApiKeyHolder> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const prefix = prefixOf(token);
  const found = prefix === null ? null : await findHolder(deps.database, prefix);
  if (!isSecret(token, found?.hash ?? null) || found === null) {
    const wait = deps.wrong.take(request.ip, WRONG_PER_MINUTE, deps.now());
    if (wait !== null) throw tooMany('too many requests with a wrong key from this address', wait);
    reply.header('www-authenticate', 'Bearer realm="middle"');
    throw new MiddleError('api_key_invalid', 'the API key is missing, unknown, expired or revoked', {
      hint: 'Send it as “Authorization: Bearer mk_…”. People with full rights in the account make keys.',
    });
  }
  const wait = deps.calls.take(found.id, found.perMinute, deps.now());
  if (wait !== null) throw tooMany(`more than ${found.perMinute} calls in a minute with this key`, wait);
  if (found.useIsStale) await noteUse(deps.database, found.id);
  return found;
}

export function tooMany(what: string, retryAfterSeconds: number): MiddleError {
  return new MiddleError('too_many_requests', what, {
    hint: `Wait ${retryAfterSeconds} seconds.`,
    data: { retryAfterSeconds },
  });
}
