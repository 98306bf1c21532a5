import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createInflate, createUnzip, createZstdDecompress } from 'node:zlib';
import { MiddleError, messageOf } from '@middle/core/errors.ts';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createUnzip,
  'x-gzip': createUnzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

export const ACCEPT_ENCODING = 'gzip, deflate, br, zstd';

interface BodyOptions {
  readonly encoding: string | undefined;
  readonly maxBytes: number;
  readonly host: string;
  /** Told how many decoded bytes there were, also when it broke off. */
  readonly ended: (bytes: number) => void;
}

/** The decoded bytes of an answer. The cap counts decoded bytes, so a small answer can't unfold into a huge one. */
export async function* decodedBody(
  stream: Readable,
  { encoding, maxBytes, host, ended }: BodyOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let total = 0;
  let decoded = stream;
  try {
    decoded = decode(stream, encoding, host);
    for await (const chunk of decoded as AsyncIterable<Uint8Array>) {
      total += chunk.length;
      if (total > maxBytes) {
        throw new MiddleError(
          'egress_limit',
          `The answer of ${host} is longer than ${String(maxBytes)} bytes.`,
          {
            hint: 'Ask for less at once, for instance smaller pages.',
          },
        );
      }
      yield chunk;
    }
  } catch (thrown) {
    if (thrown instanceof MiddleError) throw thrown;
    throw new MiddleError('egress_failed', `The answer of ${host} broke off: ${messageOf(thrown)}.`, {
      cause: thrown,
    });
  } finally {
    stream.destroy();
    decoded.destroy();
    ended(total);
  }
}

function decode(stream: Readable, encoding: string | undefined, host: string): Readable {
  const names = (encoding ?? 'identity').split(',').map((name) => name.trim().toLowerCase());
  let current = stream;
  // Encodings are listed in the order in which they were applied (RFC 9110, 8.4).
  for (const name of names.toReversed()) {
    if (name === 'identity' || name === '') continue;
    const decoder = DECODERS[name];
    if (decoder === undefined)
      throw new MiddleError('egress_failed', `${host} answers in an unknown encoding, “${name}”.`);
    const next = decoder();
    current.on('error', (error) => next.destroy(error));
    current = current.pipe(next);
  }
  return current;
}
