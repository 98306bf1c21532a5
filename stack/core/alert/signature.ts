import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'middle-signature';

/**
 * How a receiver knows that a webhook is from this stack and was not sent before: `t` is when it was sent, in seconds,
 * `v1` the HMAC-SHA256 of `t`, a dot and the body, by the channel's secret, in hex.
 */
export function signatureOf(secret: string, body: string, sentAt: Date): string {
  const t = Math.floor(sentAt.getTime() / 1_000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}
