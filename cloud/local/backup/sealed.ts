import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { MiddleError } from '@middle/core/errors.ts';

/**
 * A stream that only the stack's key opens, and only whole, in its order and under its own name:
 *
 *   4 "MBK1" | 32 salt | chunks of 64 KiB, each followed by 16 tag; the last one is shorter, and may be empty
 *
 * Each stream has a key of its own, made of the backup key, the salt and the name, and its chunks are AES-256-GCM under
 * that key with a count as the nonce, whose last byte says whether it is the last chunk. So chunks that are changed,
 * missing, doubled, swapped, cut off or taken from another stream don't open.
 */
const MAGIC = Buffer.from('MBK1');
const SALT = 32;
const HEADER = MAGIC.length + SALT;
const CHUNK = 64 * 1024;
const TAG = 16;

export async function* seal(
  key: Uint8Array,
  name: string,
  plain: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const salt = randomBytes(SALT);
  const own = keyOf(key, salt, name);
  yield Buffer.concat([MAGIC, salt]);
  let count = 0;
  // The last chunk is always shorter than the others, so that an end at a full chunk is noticed as well.
  for await (const { chunk, isLast } of chunks(plain, CHUNK)) {
    const cipher = createCipheriv('aes-256-gcm', own, nonceOf(count, isLast)).setAAD(MAGIC);
    yield Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
    count += 1;
  }
}

/** @throws MiddleError backup_damaged at the first byte that is not as it was sealed. */
export async function* open(
  key: Uint8Array,
  name: string,
  sealed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let own: Buffer | null = null;
  let count = 0;
  for await (const { chunk, isLast } of chunks(sealed, CHUNK + TAG, HEADER)) {
    if (own === null) {
      if (chunk.length !== HEADER || !chunk.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged(name);
      own = keyOf(key, chunk.subarray(MAGIC.length), name);
      continue;
    }
    if (chunk.length < TAG) throw damaged(name);
    const decipher = createDecipheriv('aes-256-gcm', own, nonceOf(count, isLast), { authTagLength: TAG });
    decipher.setAAD(MAGIC).setAuthTag(chunk.subarray(-TAG));
    try {
      yield Buffer.concat([decipher.update(chunk.subarray(0, -TAG)), decipher.final()]);
    } catch (cause) {
      throw damaged(name, cause);
    }
    count += 1;
  }
  if (count === 0) throw damaged(name);
}

/** A stream as chunks of one size, then one that is shorter. */
async function* chunks(
  source: AsyncIterable<Uint8Array>,
  size: number,
  first = 0,
): AsyncGenerator<{ chunk: Buffer; isLast: boolean }> {
  let parts: Uint8Array[] = [];
  let held = 0;
  let wanted = first === 0 ? size : first;
  for await (const part of source) {
    parts.push(part);
    held += part.length;
    if (held < wanted) continue;
    const all = Buffer.concat(parts);
    let from = 0;
    while (all.length - from >= wanted) {
      yield { chunk: all.subarray(from, from + wanted), isLast: false };
      from += wanted;
      wanted = size;
    }
    parts = [all.subarray(from)];
    held = all.length - from;
  }
  yield { chunk: Buffer.concat(parts), isLast: true };
}

function keyOf(key: Uint8Array, salt: Uint8Array, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `middle backup ${name}`, 32));
}

function nonceOf(count: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(count, 7);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

function damaged(name: string, cause?: unknown): MiddleError {
  return new MiddleError('backup_damaged', `The backup is damaged: ${name} is not as it was written.`, {
    hint: 'Choose a moment that another base backup restores: `middle backup list` shows them.',
    data: { name },
    cause,
  });
}
