import type { ByteRange } from '@middle/cloud/ports/blobs.ts';

/**
 * What a Range header asks for, by RFC 9110 section 14: one range of bytes. Null: all of it, also when several are asked
 * for, which a server may answer so. `beyond`: nothing of it is there.
 */
export function rangeOf(header: string | undefined, bytes: number): ByteRange | 'beyond' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Number(last);
    return length === 0 || bytes === 0 ? 'beyond' : { start: Math.max(0, bytes - length), end: bytes };
  }
  const start = Number(first);
  const end = last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  if (last !== '' && Number(last) < start) return null;
  return start >= bytes ? 'beyond' : { start, end };
}
