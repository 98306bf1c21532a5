import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a caller sends: `mk_`, ten characters to find it by, and 256 random bits. */
const SECRET = /^mk_[0-9a-f]{10}_[A-Za-z0-9_-]{43}$/;
const PREFIX_LENGTH = 13;

export interface NewSecret {
  readonly text: string;
  readonly prefix: string;
  readonly hash: Uint8Array;
}

export function newSecret(): NewSecret {
  const text = `mk_${randomBytes(5).toString('hex')}_${randomBytes(32).toString('base64url')}`;
  return { text, prefix: text.slice(0, PREFIX_LENGTH), hash: hashOf(text) };
}

/** How a bearer token begins, when it has the form of one of our secrets. */
export function prefixOf(token: string): string | null {
  return SECRET.test(token) ? token.slice(0, PREFIX_LENGTH) : null;
}

/** Compares in constant time. @param hash null when there is no such secret: the work is the same */
export function isSecret(token: string, hash: Uint8Array | null): boolean {
  const given = hashOf(token);
  return timingSafeEqual(given, hash ?? new Uint8Array(given.length)) && hash !== null;
}

function hashOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
