import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { EgressPolicy } from '@middle/cloud/ports/functions.ts';
import type { AuthValues } from '@middle/core/auth-headers.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import type { AuthConfig } from '@middle/core/manifest.ts';
import { z } from 'zod';
import { createBroker } from '../egress/broker.ts';
import type { Resolve } from '../egress/hop.ts';

/** Gets access tokens for connections, under the same egress rules as the functions that will use them. */
export interface TokenClient {
  /** @throws MiddleError credentials_rejected, egress_* */
  fetch(request: TokenRequest, signal?: AbortSignal): Promise<AccessToken>;
  close(): void;
}

export interface TokenRequest {
  readonly app: string;
  readonly connection: string;
  readonly auth: AuthConfig;
  /** What the connecting user filled in together with the app's own credentials: `clientId`, `clientSecret`, and so on. */
  readonly values: AuthValues;
  /** Of the connection; its headers are not sent. */
  readonly policy: Omit<EgressPolicy, 'headers'>;
}

export interface AccessToken {
  readonly accessToken: string;
  /** Null when the outside system does not say. */
  readonly expiresAt: Date | null;
}

const ANSWER_MAX_BYTES = 65_536;

const answerSchema = z.object({
  access_token: z.string().min(1),
  // Some systems send it as text.
  expires_in: z.coerce.number().positive().optional().catch(undefined),
});
const errorSchema = z.object({ error: z.string(), error_description: z.string().optional() });

export function createTokenClient(options: { clock: Clock; log: Log; resolve?: Resolve }): TokenClient {
  const broker = createBroker({
    ...options,
    authorize: () => Promise.resolve(null),
    limits: { callSeconds: 30, responseBytes: ANSWER_MAX_BYTES },
  });
  return {
    fetch: async ({ app, connection, auth, values, policy }, signal = new AbortController().signal) => {
      const session = broker.open({
        app,
        connection,
        invocation: 'token',
        policy: { ...policy, headers: {} },
        note: () => undefined,
      });
      const { tokenUrl, headers, form } = tokenCall(auth, values);
      const answer = await session.fetch(
        { method: 'POST', url: tokenUrl, headers, body: Buffer.from(form.toString()) },
        signal,
      );
      const chunks: Uint8Array[] = [];
      for await (const chunk of answer.body) chunks.push(chunk);
      return readAnswer(answer, Buffer.concat(chunks).toString('utf8'), options.clock.now());
    },
    close: () => {
      broker.close();
    },
  };
}

/** RFC 6749: client credentials (4.4) and password (4.3); the client authenticates as 2.3.1 says. */
function tokenCall(auth: AuthConfig, values: AuthValues) {
  if (auth.kind !== 'oauth2_client_credentials' && auth.kind !== 'oauth2_password') {
    throw new MiddleError(
      'request_invalid',
      `The auth config “${auth.key}” of kind ${auth.kind} gets no token this way.`,
    );
  }
  const clientId = required(values, 'clientId');
  const clientSecret = required(values, 'clientSecret');
  const headers: [string, string][] = [
    ['content-type', 'application/x-www-form-urlencoded'],
    ['accept', 'application/json'],
  ];
  const password = auth.kind === 'oauth2_password';
  const form = new URLSearchParams({ grant_type: password ? 'password' : 'client_credentials' });
  if (password) {
    form.set('username', required(values, 'username'));
    form.set('password', required(values, 'password'));
  }
  if (auth.scopes.length > 0) form.set('scope', auth.scopes.join(' '));
  if (auth.clientAuthentication === 'body') {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  } else {
    const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
    headers.push(['authorization', `Basic ${Buffer.from(pair).toString('base64')}`]);
  }
  return { tokenUrl: auth.tokenUrl, headers, form };
}

function readAnswer(answer: { status: number; url: string }, text: string, now: Date): AccessToken {
  const { host } = new URL(answer.url);
  const body = parseJson(text);
  if (answer.status >= 200 && answer.status < 300) {
    const parsed = answerSchema.safeParse(body);
    if (!parsed.success) throw new MiddleError('egress_failed', `${host} answered without an access token.`);
    const { access_token: accessToken, expires_in: seconds } = parsed.data;
    return {
      accessToken,
      expiresAt: seconds === undefined ? null : new Date(now.getTime() + seconds * 1000),
    };
  }
  const said = errorSchema.safeParse(body);
  const reason = said.success ? `: ${said.data.error_description ?? said.data.error}` : '';
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
    throw new MiddleError('credentials_rejected', `${host} gave no access token${reason.slice(0, 300)}.`, {
      hint: 'Check the client id and the client secret of the connection.',
    });
  }
  throw new MiddleError(
    'egress_failed',
    `${host} answered ${String(answer.status)} instead of an access token.`,
  );
}

function required(values: AuthValues, key: string): string {
  const value = values[key];
  if (typeof value === 'string' && value !== '') return value;
  throw new MiddleError('credentials_rejected', `The connection has no “${key}”.`, {
    hint: 'Fill in its credentials again.',
  });
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
