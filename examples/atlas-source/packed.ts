/**
 * Many rows in little memory: the part of each row's JSON that never changes as bytes in one buffer, and ids as sorted
 * numbers. A list of objects would take five times as much.
 */
export interface Packed {
  /** Ascending. */
  readonly ids: Int32Array;
  readonly bytes: Uint8Array;
  /** Where row i begins; one more than there are rows. */
  readonly offsets: Uint32Array;
  /** The number of each row that changes over time; 0 when it has none. */
  readonly numbers: Int32Array;
}

export interface PackedRow {
  readonly id: number;
  /** The beginning of an object's JSON, without its closing brace. */
  readonly json: string;
  readonly number: number;
}

/** One block of bytes: how many rows, then ids, numbers and offsets of 4 bytes each, then the JSON. */
export function pack(rows: readonly PackedRow[]): Uint8Array {
  const sorted = rows.toSorted((a, b) => a.id - b.id);
  const json = sorted.map((row) => Buffer.from(row.json));
  const numbers = new Int32Array(1 + sorted.length * 3 + 1);
  numbers[0] = sorted.length;
  let offset = 0;
  for (const [index, { id, number }] of sorted.entries()) {
    numbers[1 + index] = id;
    numbers[1 + sorted.length + index] = number;
    offset += json[index]?.length ?? 0;
    numbers[1 + sorted.length * 2 + index + 1] = offset;
  }
  return Buffer.concat([new Uint8Array(numbers.buffer), ...json]);
}

/** Views on the block; nothing is copied when it is aligned to 4 bytes. */
export function unpack(block: Buffer): Packed {
  const aligned = block.byteOffset % 4 === 0 ? block : Buffer.from(new Uint8Array(block).buffer);
  const { buffer, byteOffset } = aligned;
  const size = aligned.readInt32LE(0);
  const at = (numbers: number): number => byteOffset + numbers * 4;
  return {
    ids: new Int32Array(buffer, at(1), size),
    numbers: new Int32Array(buffer, at(1 + size), size),
    offsets: new Uint32Array(buffer, at(1 + size * 2), size + 1),
    bytes: aligned.subarray((1 + size * 3 + 1) * 4),
  };
}

export function jsonAt({ bytes, offsets }: Packed, index: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
    'utf8',
    offsets[index],
    offsets[index + 1],
  );
}

/** The row with an id, or -1. */
export function indexOfId({ ids }: Packed, id: number): number {
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = ids[middle] ?? 0;
    if (found === id) return middle;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
