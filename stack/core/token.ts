import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { TokenClaims } from './message.ts';

/** The purpose under which Keys.derive gives the key that signs tokens. */
export const TOKEN_PURPOSE = 'invocation-token';

const claimsSchema = z.strictObject({
  app: z.string().max(100),
  version: z.string().max(100),
  connection: z.string().max(100),
  invocation: z.string().max(100),
  expires: z.int(),
});

/** `payload.mac`, both base64url; the mac is HMAC-SHA256 over the payload's text. */
export function signToken(claims: TokenClaims, key: Uint8Array): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${payload}.${macOf(payload, key).toString('base64url')}`;
}

/** The claims of a token that this key signed and that has not expired; else null. Compares in constant time. */
export function verifyToken(token: string, key: Uint8Array, now: Date): TokenClaims | null {
  const [payload = '', mac = '', ...more] = token.split('.');
  if (more.length > 0 || payload.length > 2000) return null;
  const given = Buffer.from(mac, 'base64url');
  const right = macOf(payload, key);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  try {
    const claims = claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return claims.expires * 1000 > now.getTime() ? claims : null;
  } catch {
    return null;
  }
}

function macOf(payload: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(payload).digest();
}
