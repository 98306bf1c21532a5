import { createCipheriv, createDecipheriv, hkdf, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { z } from 'zod';
import type { Keys } from '../ports/keys.ts';
import { writeDurably } from './files.ts';

/**
 * Keys in a file of the stack's data folder, readable by its owner only.
 *
 * A sealed value is an envelope: a random data key encrypts the value, and one version of the stack's key encrypts
 * the data key, both with AES-256-GCM. Its bytes:
 *
 *   1 format (1) | 4 key version, big endian | 12 nonce | 32 wrapped data key | 16 tag | 12 nonce | value | 16 tag
 *
 * The first five bytes and the context are authenticated with both. To rotate, a version is added and becomes the
 * current one; old values open with the version they name until they are sealed again.
 */
const FORMAT = 1;
const HEADER = 5;
const NONCE = 12;
const TAG = 16;
const KEY = 32;
const OVERHEAD = HEADER + NONCE + KEY + TAG + NONCE + TAG;

const key = z.base64().transform((text) => Buffer.from(text, 'base64'));
const keyFile = z.strictObject({
  current: z.int().min(1),
  /** The stack's key in each of its versions. */
  sealing: z.record(z.string(), key),
  /** The root of derived keys. Apart from `sealing`, so that rotating one leaves signatures valid. */
  signing: key,
});
type KeyFile = z.infer<typeof keyFile>;

const derived = promisify(hkdf);

export function localKeys({ file }: { file: string }): Keys {
  let loaded: Promise<KeyFile> | undefined;
  const keys = (): Promise<KeyFile> => (loaded ??= readKeyFile(file));
  const sealingKey = async (version: number): Promise<Buffer> => {
    const known = (await keys()).sealing[version];
    if (known !== undefined) return known;
    loaded = undefined; // another process may have added a version
    const found = (await keys()).sealing[version];
    if (found !== undefined) return found;
    throw new MiddleError('unsealing_failed', `The stack has no key of version ${version}.`, {
      hint: `Restore ${file} from the backup that belongs to these data.`,
    });
  };
  return {
    async seal(plain, context) {
      const { current } = await keys();
      const header = Buffer.alloc(HEADER);
      header.writeUInt8(FORMAT, 0);
      header.writeUInt32BE(current, 1);
      const bound = Buffer.concat([header, Buffer.from(context)]);
      const dataKey = randomBytes(KEY);
      return Buffer.concat([
        header,
        encrypt(await sealingKey(current), dataKey, bound),
        encrypt(dataKey, plain, bound),
      ]);
    },
    async open(sealed, context) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < OVERHEAD || bytes[0] !== FORMAT) {
        throw new MiddleError('unsealing_failed', `These ${bytes.length} bytes are not a sealed value.`);
      }
      const header = bytes.subarray(0, HEADER);
      const bound = Buffer.concat([header, Buffer.from(context)]);
      const wrapped = bytes.subarray(HEADER, HEADER + NONCE + KEY + TAG);
      const version = header.readUInt32BE(1);
      const stackKey = await sealingKey(version);
      try {
        return decrypt(decrypt(stackKey, wrapped, bound), bytes.subarray(HEADER + NONCE + KEY + TAG), bound);
      } catch (cause) {
        throw new MiddleError(
          'unsealing_failed',
          `A value sealed with key version ${version} does not open.`,
          {
            hint: 'It was changed, moved to another place, or sealed by another stack.',
            cause,
          },
        );
      }
    },
    async derive(purpose) {
      return new Uint8Array(await derived('sha256', (await keys()).signing, '', `middle:${purpose}`, KEY));
    },
  };
}

function encrypt(by: Uint8Array, plain: Uint8Array, bound: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', by, nonce).setAAD(bound);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(by: Uint8Array, sealed: Buffer, bound: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', by, sealed.subarray(0, NONCE), {
    authTagLength: TAG,
  }).setAAD(bound);
  decipher.setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
}

async function readKeyFile(file: string): Promise<KeyFile> {
  try {
    return keyFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new MiddleError('unsealing_failed', `The stack's key can't be read: ${messageOf(cause)}`, {
      hint: `Restore ${file} from the backup that belongs to these data.`,
      cause,
    });
  }
}

/** Makes the key of a new stack. */
export async function createKeyFile(file: string): Promise<void> {
  await writeDurably(file, JSON.stringify({ current: 1, sealing: { 1: freshKey() }, signing: freshKey() }));
}

/** Adds a version of the stack's key and makes it the current one. Values sealed before keep their version. */
export async function rotateKeyFile(file: string): Promise<number> {
  const { current, sealing, signing } = await readKeyFile(file);
  const next = current + 1;
  const text = Object.fromEntries(
    Object.entries(sealing).map(([version, bytes]) => [version, bytes.toString('base64')]),
  );
  await writeDurably(
    file,
    JSON.stringify({
      current: next,
      sealing: { ...text, [next]: freshKey() },
      signing: signing.toString('base64'),
    }),
  );
  return next;
}

function freshKey(): string {
  return randomBytes(KEY).toString('base64');
}
