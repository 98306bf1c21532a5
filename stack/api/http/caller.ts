import { createHash, timingSafeEqual } from 'node:crypto';
import { MiddleError } from '@middle/core/errors.ts';
import { getPerson } from '@middle/store/people.ts';
import type { Caller } from '../call.ts';
import type { Deps } from '../deps.ts';

export interface Identified {
  readonly caller: Caller;
  /** Cookies that prolong the session. */
  readonly cookies: readonly string[];
}

/**
 * Who a request comes from: the command line by its bearer token, a person by their session cookie, or nobody.
 * @throws MiddleError not_signed_in for a bearer token that is not valid
 */
export async function identify(
  deps: Deps,
  cliTokenSha256: string,
  headers: Headers,
  requestId: string,
): Promise<Identified> {
  const authorization = headers.get('authorization');
  if (authorization !== null) {
    if (!isCliToken(authorization, cliTokenSha256)) {
      throw new MiddleError('not_signed_in', 'the bearer token is not valid', {
        hint: 'The command line reads it from the data folder of the running stack; check --data.',
      });
    }
    const caller: Caller = {
      kind: 'cli',
      actor: 'cli',
      actorName: 'cli',
      requestId,
      personId: null,
      sessionToken: null,
      access: { role: 'owner', memberships: [] },
    };
    return { caller, cookies: [] };
  }
  const nobody: Caller = {
    kind: 'nobody',
    actor: 'nobody',
    actorName: 'nobody',
    requestId,
    personId: null,
    sessionToken: null,
    access: { role: 'member', memberships: [] },
  };
  if (!(headers.get('cookie') ?? '').includes('middle.session_token='))
    return { caller: nobody, cookies: [] };
  const session = await deps.signIn.session(headers);
  const person = session === null ? null : await getPerson(deps.database, session.personId);
  if (session === null || person === null) return { caller: nobody, cookies: [] };
  const caller: Caller = {
    kind: 'person',
    actor: `person:${person.id}`,
    actorName: person.name,
    requestId,
    personId: person.id,
    sessionToken: session.token,
    access: { role: person.role, memberships: person.memberships },
  };
  return { caller, cookies: session.cookies };
}

function isCliToken(authorization: string, cliTokenSha256: string): boolean {
  const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
  if (token === undefined) return false;
  const digest = createHash('sha256').update(token).digest();
  return timingSafeEqual(digest, Buffer.from(cliTokenSha256, 'hex'));
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A browser sends the cookie along with whatever any page asks of it. So a change that is not proven by a bearer token
 * must come from our own page: browsers say so in Sec-Fetch-Site, or at least in Origin, and pages can't forge either.
 * @throws MiddleError origin_refused
 */
export function checkOrigin(method: string, headers: Headers): void {
  if (SAFE_METHODS.has(method) || headers.get('authorization') !== null) return;
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  const fromHere =
    site === null ? origin !== null && hostOf(origin) === headers.get('host') : site === 'same-origin';
  const fromBrowser = site !== null || origin !== null || headers.get('cookie') !== null;
  if (fromBrowser && !fromHere) {
    throw new MiddleError('origin_refused', 'the request does not come from the portal of this stack', {
      hint: 'A program signs in with a bearer token instead of a cookie.',
    });
  }
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
