import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const linkSchema = z.strictObject({
  /** The file's id. */
  file: z.uuid(),
  /** What it is called when it is downloaded. */
  name: z.string().min(1).max(200),
  /** In seconds since 1970. */
  expires: z.int(),
});

/** Of the key that signs links. */
export const FILE_LINK_PURPOSE = 'file-link';

/** What a link to a file says. Whoever holds it may read this one file until then, without signing in. */
export type FileLink = z.output<typeof linkSchema>;

const TOKEN_MAX = 2_000;

/** `payload.mac`, both base64url; the mac is HMAC-SHA256 over the payload's text. */
export function signFileLink(link: FileLink, key: Uint8Array): string {
  const payload = Buffer.from(JSON.stringify(link)).toString('base64url');
  return `${payload}.${macOf(payload, key).toString('base64url')}`;
}

/** What a link says that this key signed and that has not expired; else null. Compares in constant time. */
export function readFileLink(token: string, key: Uint8Array, now: Date): FileLink | null {
  const [payload = '', mac = '', ...more] = token.split('.');
  if (more.length > 0 || token.length > TOKEN_MAX) return null;
  const given = Buffer.from(mac, 'base64url');
  const right = macOf(payload, key);
  // Also when the mac is written in another way that decodes to the same bytes: one link has one text.
  if (given.toString('base64url') !== mac) return null;
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  const link = linkSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  return link.success && link.data.expires * 1000 > now.getTime() ? link.data : null;
}

function macOf(payload: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(payload).digest();
}
