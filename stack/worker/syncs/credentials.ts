import type { Keys } from '@middle/cloud/ports/keys.ts';
import type { EgressPolicy } from '@middle/cloud/ports/functions.ts';
import { authHeaders } from '@middle/core/auth-headers.ts';
import type { AuthValues } from '@middle/core/auth-headers.ts';
import { messageOf, MiddleError } from '@middle/core/errors.ts';
import type { AuthConfig } from '@middle/core/manifest.ts';
import type { TokenClient } from '@middle/functions/auth/access-token.ts';
import type { Database } from '@middle/store/database.ts';
import { lockToken, readConnectionContext, saveToken, setAttention } from '@middle/store/run-context.ts';
import type { ConnectionContext } from '@middle/store/run-context.ts';

export interface CredentialsDeps {
  readonly database: Database;
  readonly keys: Keys;
  readonly tokens: TokenClient;
  readonly clock: { now(): Date };
}

/** A token is renewed this long before it expires, so that it doesn't expire on its way. */
const RENEW_BEFORE_MILLISECONDS = 60_000;

/** What a connection's requests carry. Secret: it goes to the broker only. */
export interface Credentials {
  readonly auth: AuthConfig | null;
  readonly values: AuthValues;
  readonly headers: Readonly<Record<string, string>>;
}

export function authOf({ manifest, authConfig }: ConnectionContext): AuthConfig | null {
  return manifest.auth.find(({ key }) => key === authConfig) ?? null;
}

export function policyOf(context: ConnectionContext): Omit<EgressPolicy, 'headers'> {
  const { egress } = context.manifest;
  const rate =
    egress.rate === undefined ? null : { requests: egress.rate.requests, perSeconds: egress.rate.per };
  return {
    baseUrl: context.baseUrl ?? egress.baseUrl ?? null,
    hosts: context.approvedHosts,
    developmentHosts: context.developmentHosts,
    rate: context.rate ?? rate,
  };
}

/** Opens a connection's credentials and, for the oauth2 kinds, gets or renews its access token. */
export async function readCredentials(
  deps: CredentialsDeps,
  context: ConnectionContext,
): Promise<Credentials> {
  const auth = authOf(context);
  if (auth === null) return { auth, values: {}, headers: {} };
  const values = await openValues(deps.keys, context);
  if (auth.kind === 'fields') return { auth, values, headers: authHeaders(auth, values, null, base64) };
  const token = await currentToken(deps, context.connectionId, false);
  return { auth, values, headers: authHeaders(auth, values, token, base64) };
}

/**
 * For the broker: fresh headers after the outside system rejected those in use. Null when there are no others, and
 * then a person has to look.
 */
export function authorizer(deps: CredentialsDeps) {
  return async (
    connectionId: string,
    { rejected }: { readonly rejected: boolean },
  ): Promise<Readonly<Record<string, string>> | null> => {
    const context = await readConnectionContext(deps.database, connectionId);
    const auth = authOf(context);
    if (auth === null || auth.kind === 'fields') {
      if (rejected)
        await setAttention(deps.database, connectionId, 'The outside system rejected the credentials.');
      return null;
    }
    const token = await currentToken(deps, connectionId, rejected);
    return authHeaders(auth, await openValues(deps.keys, context), token, base64);
  };
}

/** One renewal at a time per connection, over all workers: who waited for the lock finds the token of who had it. */
async function currentToken(deps: CredentialsDeps, connectionId: string, rejected: boolean): Promise<string> {
  const { database, keys, tokens, clock } = deps;
  const seal = `connection-token:${connectionId}`;
  const before = await readConnectionContext(database, connectionId);
  const isFresh = ({ tokenExpiresAt }: ConnectionContext): boolean =>
    tokenExpiresAt === null || tokenExpiresAt.getTime() - clock.now().getTime() > RENEW_BEFORE_MILLISECONDS;
  const open = async (sealed: Uint8Array): Promise<string> =>
    Buffer.from(await keys.open(sealed, seal)).toString();
  if (!rejected && before.token !== null && isFresh(before)) return open(before.token);

  try {
    return await database.transaction(async (client) => {
      await lockToken(client, connectionId);
      const now = await readConnectionContext(client, connectionId);
      const renewedByAnother =
        now.token !== null && (before.token === null || !Buffer.from(now.token).equals(before.token));
      if (now.token !== null && renewedByAnother && isFresh(now)) return open(now.token);
      const auth = authOf(now);
      if (auth === null) throw new MiddleError('credentials_rejected', 'the connection has no credentials');
      const { accessToken, expiresAt } = await tokens.fetch({
        app: now.appKey,
        connection: connectionId,
        auth,
        values: await openValues(keys, now),
        policy: policyOf(now),
      });
      await saveToken(client, connectionId, {
        sealed: await keys.seal(Buffer.from(accessToken), seal),
        expiresAt,
      });
      return accessToken;
    });
  } catch (error) {
    if (error instanceof MiddleError && error.code === 'credentials_rejected') {
      await setAttention(database, connectionId, `No access token: ${messageOf(error)}`);
    }
    throw error;
  }
}

/** What the connecting user filled in, over the app's own credentials. */
async function openValues(keys: Keys, context: ConnectionContext): Promise<AuthValues> {
  const { appCredential, appCredentialId, credentials, connectionId } = context;
  const own =
    appCredential === null ? {} : await openJson(keys, appCredential, `app_credential:${appCredentialId}`);
  const filledIn =
    credentials === null ? {} : await openJson(keys, credentials, `connection:${connectionId}`);
  return { ...own, ...filledIn };
}

async function openJson(keys: Keys, sealed: Uint8Array, context: string): Promise<AuthValues> {
  const values: AuthValues = JSON.parse(Buffer.from(await keys.open(sealed, context)).toString());
  return values;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
