import { PassThrough } from 'node:stream';
import type { Vault } from './vault.ts';

/** Of what goes into one blob, before it is compressed: small enough to be few, large enough to compress well. */
const PART_BYTES = 64 * 1024 * 1024;

export interface StoredPart {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Stores a stream as blobs NAME0001, NAME0002 and so on, each as large as a part at the most. */
export class PartWriter {
  readonly parts: StoredPart[] = [];
  readonly #vault: Vault;
  readonly #prefix: string;
  #current: { readonly content: PassThrough; readonly stored: Promise<StoredPart>; left: number } | null =
    null;

  constructor(vault: Vault, prefix: string) {
    this.#vault = vault;
    this.#prefix = prefix;
  }

  /** Waits while the vault has enough to do. */
  async write(bytes: Buffer): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      const current = (this.#current ??= this.#begin());
      const some = rest.subarray(0, current.left);
      current.left -= some.length;
      rest = rest.subarray(some.length);
      if (!current.content.write(some)) await Promise.race([drained(current.content), current.stored]);
      if (current.left === 0) await this.end();
    }
  }

  /** After the last byte. */
  async end(): Promise<void> {
    const current = this.#current;
    if (current === null) return;
    this.#current = null;
    current.content.end();
    this.parts.push(await current.stored);
  }

  /** Removes what was stored. */
  async abandon(): Promise<void> {
    const current = this.#current;
    this.#current = null;
    current?.content.destroy(new Error('abandoned'));
    await current?.stored.catch(() => {});
    for (const { name } of this.parts) await this.#vault.delete(name).catch(() => {});
  }

  #begin() {
    const content = new PassThrough({ highWaterMark: 1024 * 1024 });
    const name = `${this.#prefix}${String(this.parts.length + 1).padStart(4, '0')}`;
    const stored = this.#vault.put(name, content).then((described) => ({ name, ...described }));
    // Whoever writes or ends next hears of it.
    stored.catch(() => {});
    return { content, stored, left: PART_BYTES };
  }
}

function drained(content: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      content.off('drain', done);
      content.off('close', done);
      resolve();
    };
    content.once('drain', done);
    content.once('close', done);
  });
}
