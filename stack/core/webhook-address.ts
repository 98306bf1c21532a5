import { createHmac, timingSafeEqual } from 'node:crypto';

/** The purpose under which Keys.derive gives the key that tokens are made with. */
export const WEBHOOK_ADDRESS_PURPOSE = 'webhook-address';

const ID_BYTES = 16;
/** 160 bits: nobody guesses them. */
const MAC_BYTES = 20;

/**
 * The token in the addresses of a connection's webhooks: its id and a MAC over it, so nothing secret is stored. It changes with
 * the generation, which is how an address is replaced.
 */
export function webhookToken(key: Uint8Array, connectionId: string, generation: number): string {
  const id = Buffer.from(connectionId.replaceAll('-', ''), 'hex');
  return Buffer.concat([id, macOf(key, connectionId, generation)]).toString('base64url');
}

/** The connection that a token claims to be of; null: it has not the form of one. */
export function claimedConnection(token: string): string | null {
  const bytes = Buffer.from(token, 'base64url');
  // One spelling for each token.
  if (bytes.length !== ID_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return null;
  const hex = bytes.toString('hex', 0, ID_BYTES);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Whether the token is of one of these generations of the connection. Compares in constant time. */
export function isWebhookToken(
  key: Uint8Array,
  token: string,
  connectionId: string,
  generations: readonly number[],
): boolean {
  const given = Buffer.from(token, 'base64url').subarray(ID_BYTES);
  let isRight = false;
  for (const generation of generations) {
    const right = macOf(key, connectionId, generation);
    if (given.length === right.length && timingSafeEqual(given, right)) isRight = true;
  }
  return isRight;
}

function macOf(key: Uint8Array, connectionId: string, generation: number): Buffer {
  return createHmac('sha256', key).update(`${connectionId}:${generation}`).digest().subarray(0, MAC_BYTES);
}
