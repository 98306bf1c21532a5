import { sha256 } from '@noble/hashes/sha2.js';

const BYTES_PER_NUMBER = 8;

/**
 * Numbers from 0 to below 1 out of a seed: the hash of the seed and a counter, so that ids made of them are as unlikely
 * to meet as their seeds are.
 */
export function randomOf(seed: string): () => number {
  let block = new DataView(new ArrayBuffer(0));
  let blocks = 0;
  let at = 0;
  return () => {
    if (at >= block.byteLength) {
      block = new DataView(sha256(new TextEncoder().encode(`${seed}\n${blocks}`)).buffer);
      blocks += 1;
      at = 0;
    }
    const bits = block.getBigUint64(at) >> 11n;
    at += BYTES_PER_NUMBER;
    return Number(bits) / 2 ** 53;
  };
}
