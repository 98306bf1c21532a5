import type { Keys } from '@middle/cloud/ports/keys.ts';
import type { EgressPolicy } from '@middle/cloud/ports/functions.ts';
import { authHeaders } from '@middle/core/auth-headers.ts';
import type { AuthValues } from '@middle/core/auth-headers.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { AuthConfig } from '@middle/core/manifest.ts';
import type { TokenClient } from '@middle/functions/auth/access-token.ts';
import { readConnectionContext, setAttention } from '@middle/store/run-context.ts';
import type { ConnectionContext } from '@middle/store/run-context.ts';
import { currentToken } from './access-tokens.ts';
import type { AccessTokensDeps } from './access-tokens.ts';

export interface CredentialsDeps extends AccessTokensDeps {
  readonly tokens: TokenClient;
}

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
  const token = await tokenOf(deps, context.connectionId, false);
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
    const token = await tokenOf(deps, connectionId, rejected);
    return authHeaders(auth, await openValues(deps.keys, context), token, base64);
  };
}

function tokenOf(deps: CredentialsDeps, connectionId: string, rejected: boolean): Promise<string> {
  return currentToken(deps, connectionId, {
    rejected,
    ask: async (context, signal) => {
      const auth = authOf(context);
      if (auth === null) throw new MiddleError('credentials_rejected', 'the connection has no credentials');
      const { appKey: app, connectionId: connection } = context;
      const values = await openValues(deps.keys, context);
      return deps.tokens.fetch({ app, connection, auth, values, policy: policyOf(context) }, signal);
    },
  });
}

/** What the connecting user filled in, over the app's own credentials. */
export async function openValues(keys: Keys, context: ConnectionContext): Promise<AuthValues> {
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
