import { randomUUID } from 'node:crypto';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { Keys } from '@middle/cloud/ports/keys.ts';
import { messageOf, MiddleError } from '@middle/core/errors.ts';
import type { AccessToken } from '@middle/functions/auth/access-token.ts';
import type { Database } from '@middle/store/database.ts';
import { readConnectionContext, setAttention } from '@middle/store/run-context.ts';
import type { ConnectionContext } from '@middle/store/run-context.ts';
import { beginRenewal, endRenewal, saveToken } from '@middle/store/token-renewals.ts';

export interface AccessTokensDeps {
  readonly database: Database;
  readonly keys: Keys;
  readonly clock: Clock;
  /** How long a token endpoint may take. */
  readonly renewSeconds?: number;
}

/** Asks the outside system for a token with what the connection has now. */
export type AskForToken = (context: ConnectionContext, signal: AbortSignal) => Promise<AccessToken>;

/** A token is renewed this long before it expires, so that it doesn't expire on its way. */
const RENEW_BEFORE_MILLISECONDS = 60_000;
const RENEW_SECONDS = 30;
/** A lease outlives its request; who was killed in between is waited for no longer. */
const LEASE_MORE_SECONDS = 10;
const LOOK_MILLISECONDS = 50;
const LOOK_MOST_MILLISECONDS = 1_000;

/**
 * The connection's access token, renewed when it is about to expire or was rejected. One renewal at a time over all
 * workers: the others wait for its token, or fail with it. Nobody holds a database connection meanwhile.
 * @throws MiddleError credentials_rejected, egress_*
 */
export async function currentToken(
  deps: AccessTokensDeps,
  connectionId: string,
  { rejected, ask }: { readonly rejected: boolean; readonly ask: AskForToken },
): Promise<string> {
  const { database, clock } = deps;
  const first = await readConnectionContext(database, connectionId);
  const isUsable = (now: ConnectionContext): boolean =>
    now.token !== null && isFresh(now, clock.now()) && (!rejected || now.tokenIsNew || isOther(now, first));
  const holder = randomUUID();
  let waitedFor: string | null = null;
  for (let pause = LOOK_MILLISECONDS; ; pause = Math.min(pause * 2, LOOK_MOST_MILLISECONDS)) {
    const now = await readConnectionContext(database, connectionId);
    if (isUsable(now)) return openToken(deps, now);
    if (waitedFor !== null && now.tokenRenewal === null && !hasOtherCredentials(now, first)) {
      throw new MiddleError('egress_failed', 'the access token could not be renewed a moment ago', {
        hint: now.attention ?? 'It is tried again.',
      });
    }
    if (await beginRenewal(database, connectionId, { holder, seconds: leaseSeconds(deps) })) {
      const token = await renew(deps, connectionId, { holder, isUsable, ask });
      if (token !== null) return token;
    } else {
      waitedFor = now.tokenRenewal;
      await clock.sleep(pause);
    }
  }
}

function leaseSeconds({ renewSeconds = RENEW_SECONDS }: AccessTokensDeps): number {
  return renewSeconds + LEASE_MORE_SECONDS;
}

function isFresh({ tokenExpiresAt }: ConnectionContext, now: Date): boolean {
  return tokenExpiresAt === null || tokenExpiresAt.getTime() - now.getTime() > RENEW_BEFORE_MILLISECONDS;
}

function isOther(now: ConnectionContext, first: ConnectionContext): boolean {
  return now.token !== null && !isSame(now.token, first.token);
}

function hasOtherCredentials(now: ConnectionContext, first: ConnectionContext): boolean {
  return (
    !isSame(now.credentials, first.credentials) ||
    !isSame(now.appCredential, first.appCredential) ||
    now.versionId !== first.versionId ||
    now.baseUrl !== first.baseUrl
  );
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.from(a).equals(b);
}

async function openToken({ keys }: AccessTokensDeps, { connectionId, token }: ConnectionContext) {
  if (token === null) throw new MiddleError('internal', 'there is no token to open');
  return Buffer.from(await keys.open(token, sealOf(connectionId))).toString();
}

function sealOf(connectionId: string): string {
  return `connection-token:${connectionId}`;
}

interface Renewal {
  readonly holder: string;
  readonly isUsable: (now: ConnectionContext) => boolean;
  readonly ask: AskForToken;
}

/** Asks for a token under the lease; null when the credentials were changed meanwhile, so that it is no good. */
async function renew(
  deps: AccessTokensDeps,
  connectionId: string,
  { holder, isUsable, ask }: Renewal,
): Promise<string | null> {
  const { database, keys } = deps;
  try {
    const now = await readConnectionContext(database, connectionId);
    if (isUsable(now)) {
      await endRenewal(database, connectionId, holder);
      return await openToken(deps, now);
    }
    const { accessToken, expiresAt } = await inTime(deps, (signal) => ask(now, signal));
    const sealed = await keys.seal(Buffer.from(accessToken), sealOf(connectionId));
    const kept = await saveToken(database, connectionId, { holder, sealed, expiresAt });
    return kept ? accessToken : null;
  } catch (error) {
    // What is said of credentials that have been replaced is of no interest any more.
    if (!(await endRenewal(database, connectionId, holder))) return null;
    if (error instanceof MiddleError && error.code === 'credentials_rejected') {
      await setAttention(database, connectionId, `No access token: ${messageOf(error)}`);
    }
    throw error;
  }
}

async function inTime<T>(
  { renewSeconds = RENEW_SECONDS }: AccessTokensDeps,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(renewSeconds * 1_000);
  try {
    return await work(late);
  } catch (error) {
    if (!late.aborted) throw error;
    throw new MiddleError('egress_failed', `there was no access token within ${renewSeconds} seconds`);
  }
}
