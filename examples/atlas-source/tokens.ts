import { randomBytes, timingSafeEqual } from 'node:crypto';

export interface Tokens {
  issue(method: string, authorization: string | undefined, body: string): { status: number; body: object };
  accepts(authorization: string | undefined): boolean;
}

/** OAuth 2 client credentials (RFC 6749, 4.4) for one client, which authenticates by header or by body. */
export function createTokens(options: {
  clientId: string;
  clientSecret: string;
  seconds: number;
  now: () => Date;
}): Tokens {
  const { clientId, clientSecret, seconds, now } = options;
  const expiries = new Map<string, number>();
  return {
    issue: (method, authorization, body) => {
      const form = new URLSearchParams(body);
      const [id, secret] = clientOf(authorization, form);
      if (method !== 'POST' || form.get('grant_type') !== 'client_credentials') {
        return { status: 400, body: { error: 'unsupported_grant_type' } };
      }
      if (!equal(id, clientId) || !equal(secret, clientSecret)) {
        return {
          status: 401,
          body: { error: 'invalid_client', error_description: 'Unknown client, or wrong secret' },
        };
      }
      const time = now().getTime();
      for (const [token, expiry] of expiries) if (expiry <= time) expiries.delete(token);
      const token = randomBytes(24).toString('base64url');
      expiries.set(token, time + seconds * 1000);
      return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: seconds } };
    },
    accepts: (authorization = '') =>
      (expiries.get(authorization.replace(/^Bearer /i, '')) ?? 0) > now().getTime(),
  };
}

function clientOf(authorization: string | undefined, form: URLSearchParams): [string, string] {
  const [, encoded] = /^Basic (\S+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 2);
  return [decoded(id), decoded(secret)];
}

function decoded(text: string): string {
  return new URLSearchParams(`x=${text}`).get('x') ?? '';
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
