// What the host sends on stdin: frames of a 4-byte big-endian length, a JSON header of that length, and `header.bytes`
// bytes of payload. The host is trusted; nothing here is secret, so user code that reads stdin only harms itself.

const decoder = new TextDecoder();
const { parse } = JSON;

/** Yields `{ header, payload }` until the host closes stdin. */
export async function* frames() {
  const pending = [];
  let size = 0;
  const chunk = new Uint8Array(65_536);

  async function take(length) {
    while (size < length) {
      const read = await Deno.stdin.read(chunk);
      if (read === null) return null;
      pending.push(chunk.slice(0, read));
      size += read;
    }
    const taken = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const first = pending[0];
      const part = first.subarray(0, length - filled);
      taken.set(part, filled);
      filled += part.length;
      if (part.length === first.length) pending.shift();
      else pending[0] = first.subarray(part.length);
    }
    size -= length;
    return taken;
  }

  for (;;) {
    const prefix = await take(4);
    if (prefix === null) return;
    const headerBytes = await take(new DataView(prefix.buffer).getUint32(0));
    if (headerBytes === null) return;
    const header = parse(decoder.decode(headerBytes));
    const payload = header.bytes > 0 ? await take(header.bytes) : new Uint8Array();
    if (payload === null) return;
    yield { header, payload };
  }
}
