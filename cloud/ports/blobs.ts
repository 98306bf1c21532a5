import type { Readable } from 'node:stream';

/** Files by name, such as what an export wrote. A name has one content at a time. */
export interface Blobs {
  /**
   * Stores a content under a name, in place of what was there. It is visible once it is complete and durable; when the
   * content fails, is too large or the signal aborts, nothing changes.
   * @throws MiddleError blob_limit for a name or a size beyond the limits.
   */
  put(name: string, content: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<StoredBlob>;
  /** @returns null when there is none of this name. */
  get(name: string, range?: ByteRange): Promise<BlobContent | null>;
  /** Of a name that isn't there: changes nothing. */
  delete(name: string): Promise<void>;
  /** The names that begin with a text, in the order of their characters. */
  list(query: BlobQuery): Promise<BlobPage>;
}

export interface PutOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface StoredBlob {
  readonly bytes: number;
  /** Of the whole content, in hexadecimal. */
  readonly sha256: string;
}

/** From `start` up to, without, `end`; what lies beyond the content's end is left out. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface BlobContent {
  /** Of the whole content, whatever the range. */
  readonly bytes: number;
  /** Of the name's content at the moment of the call, whatever happens to the name then. Read it to its end, or destroy it. */
  readonly content: Readable;
}

export interface BlobQuery {
  readonly prefix: string;
  /** Names behind this one. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface BlobPage {
  readonly blobs: readonly { readonly name: string; readonly bytes: number; readonly storedAt: Date }[];
  /** For `after`; null at the end. */
  readonly next: string | null;
}

export const BLOB_LIMITS = {
  /** A file name of this machine's file systems has 255 bytes at most; S3's keys have 1,024. */
  nameLength: 200,
  /** S3 takes 5 GiB in one upload (docs.aws.amazon.com, "Amazon S3 multipart upload limits"). */
  bytes: 5 * 1024 ** 3,
  /** S3 lists 1,000 keys at a time. */
  page: 1_000,
} as const;

const NAME = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/;

/** Lower case only: some file systems take two names that differ by case for one. */
export function isBlobName(name: string): boolean {
  return name.length <= BLOB_LIMITS.nameLength && NAME.test(name);
}
