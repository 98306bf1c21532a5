import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { MiddleError } from '@middle/core/errors.ts';
import { BLOB_LIMITS, isBlobName } from '../../ports/blobs.ts';
import type { BlobContent, BlobPage, BlobQuery, Blobs, ByteRange, PutOptions } from '../../ports/blobs.ts';
import { syncFolder } from '../files.ts';

/**
 * Blobs as files of one folder: `stored/` has them, `half/` what is being written. Names are written flat, with `+`
 * for `/`, so that no name can lead out of the folder and one name may begin with the whole of another.
 */
export async function localBlobs({ folder }: { readonly folder: string }): Promise<Blobs> {
  const stored = path.join(folder, 'stored');
  const half = path.join(folder, 'half');
  await mkdir(stored, { recursive: true, mode: 0o700 });
  await mkdir(half, { recursive: true, mode: 0o700 });
  return new LocalBlobs(stored, half);
}

/** Clears what a killed writer left. Only for the process that writes, before it begins. */
export async function removeHalfBlobs({ folder }: { readonly folder: string }): Promise<void> {
  await rm(path.join(folder, 'half'), { recursive: true, force: true });
}

class LocalBlobs implements Blobs {
  readonly #stored: string;
  readonly #half: string;

  constructor(stored: string, half: string) {
    this.#stored = stored;
    this.#half = half;
  }

  async put(name: string, content: AsyncIterable<Uint8Array>, { signal }: PutOptions = {}) {
    const file = this.#fileOf(name);
    const half = path.join(this.#half, randomUUID());
    try {
      const handle = await open(half, 'wx', 0o600);
      let written;
      try {
        written = await write(handle, content, signal);
      } finally {
        await handle.close();
      }
      signal?.throwIfAborted();
      await rename(half, file);
      await syncFolder(this.#stored);
      return written;
    } finally {
      await rm(half, { force: true });
    }
  }

  async get(name: string, range?: ByteRange): Promise<BlobContent | null> {
    const handle = await whenThere(open(this.#fileOf(name), 'r'));
    if (handle === null) return null;
    try {
      const { size } = await handle.stat();
      const start = range?.start ?? 0;
      const end = Math.min(range?.end ?? size, size);
      if (start < end) return { bytes: size, content: handle.createReadStream({ start, end: end - 1 }) };
      await handle.close();
      return { bytes: size, content: Readable.from([]) };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async delete(name: string): Promise<void> {
    await rm(this.#fileOf(name), { force: true });
    await syncFolder(this.#stored);
  }

  async list({ prefix, after, limit }: BlobQuery): Promise<BlobPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > BLOB_LIMITS.page) {
      throw new MiddleError('blob_limit', `A page has 1 to ${BLOB_LIMITS.page} blobs, not ${limit}.`);
    }
    const files = await readdir(this.#stored);
    const names = files
      .map((file) => file.replaceAll('+', '/'))
      .filter((name) => name.startsWith(prefix) && (after === undefined || name > after))
      .toSorted((one, other) => (one < other ? -1 : 1));
    const page = names.slice(0, limit);
    const blobs = await Promise.all(page.map((name) => this.#described(name)));
    return {
      // One may have been deleted since the folder was read.
      blobs: blobs.filter((one) => one !== null),
      next: names.length > limit ? (page.at(-1) ?? null) : null,
    };
  }

  async #described(name: string): Promise<BlobPage['blobs'][number] | null> {
    const found = await whenThere(stat(this.#fileOf(name)));
    return found === null ? null : { name, bytes: found.size, storedAt: found.mtime };
  }

  #fileOf(name: string): string {
    if (!isBlobName(name)) {
      throw new MiddleError(
        'blob_limit',
        `“${name.slice(0, BLOB_LIMITS.nameLength)}” can't be a blob's name.`,
      );
    }
    return path.join(this.#stored, name.replaceAll('/', '+'));
  }
}

async function write(
  handle: FileHandle,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content) {
    signal?.throwIfAborted();
    bytes += chunk.byteLength;
    if (bytes > BLOB_LIMITS.bytes) {
      throw new MiddleError('blob_limit', `A blob has ${BLOB_LIMITS.bytes} bytes at most.`);
    }
    hash.update(chunk);
    await handle.writeFile(chunk);
  }
  await handle.sync();
  return { bytes, sha256: hash.digest('hex') };
}

async function whenThere<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
