import { MiddleError } from '@middle/core/errors.ts';

/** What a tar of Postgres's holds: no links but to tablespaces, which are refused. */
export interface TarEntry {
  /** With `/`; never leads out of the folder. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly bytes: number;
}

const BLOCK = 512;

/**
 * Reads a tar as it comes (POSIX.1-1988, "ustar"). For each file `open` is called, and what it returns with each of the
 * file's bytes, in order; then its `close`.
 */
export async function readTar(
  source: AsyncIterable<Uint8Array>,
  open: (entry: TarEntry) => Promise<{ write(bytes: Uint8Array): Promise<void>; close(): Promise<void> }>,
): Promise<void> {
  const input = new ByteReader(source);
  for (;;) {
    const header = await input.take(BLOCK);
    // The end: blocks of zeros, or nothing more at all.
    if (header === null || header.every((byte) => byte === 0)) break;
    const entry = parseHeader(header);
    const target = await open(entry);
    let left = entry.bytes;
    while (left > 0) {
      const some = await input.some(left);
      if (some === null) throw new MiddleError('backup_damaged', `The backup ends within ${entry.name}.`);
      await target.write(some);
      left -= some.length;
    }
    await target.close();
    const padding = (BLOCK - (entry.bytes % BLOCK)) % BLOCK;
    if (padding > 0) await input.take(padding);
  }
  // To the end, so that what follows is checked as well.
  while ((await input.some(BLOCK)) !== null);
}

function parseHeader(header: Buffer): TarEntry {
  const text = (from: number, length: number): string => {
    const field = header.subarray(from, from + length);
    const end = field.indexOf(0);
    return field.subarray(0, end === -1 ? length : end).toString('utf8');
  };
  const sum = Number.parseInt(text(148, 8), 8);
  const counted = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  const name = [text(345, 155), text(0, 100)].filter((part) => part !== '').join('/');
  const isInside = !name.startsWith('/') && !name.split('/').includes('..');
  const kind = { '0': 'file', '': 'file', '5': 'folder' } as const;
  const type = text(156, 1);
  if (sum !== counted || !isInside || !(type === '0' || type === '' || type === '5')) {
    throw new MiddleError('backup_damaged', `The backup holds what it can't hold: ${JSON.stringify(name)}.`);
  }
  return {
    name: name.replace(/\/$/, ''),
    kind: kind[type],
    bytes: kind[type] === 'file' ? sizeOf(header) : 0,
  };
}

/** Octal; files of 8 GiB and more as a binary number, marked by the first bit. */
function sizeOf(header: Buffer): number {
  const field = header.subarray(124, 136);
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(field.readBigUInt64BE(4));
  return Number.parseInt(field.toString('latin1'), 8);
}

class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** At least one byte and at most so many; null at the end. */
  async some(most: number): Promise<Buffer | null> {
    while (this.#held.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return null;
      this.#held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    const some = this.#held.subarray(0, most);
    this.#held = this.#held.subarray(some.length);
    return some;
  }

  /** Exactly so many; null when there are fewer. */
  async take(count: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    let left = count;
    while (left > 0) {
      const some = await this.some(left);
      if (some === null) return null;
      parts.push(some);
      left -= some.length;
    }
    return Buffer.concat(parts);
  }
}
