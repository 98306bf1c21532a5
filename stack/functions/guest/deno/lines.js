// What goes to the host on stdout: lines that begin with U+001E, a kind letter and JSON. Anything else that reaches
// stdout is taken by the host as a printed line, so nothing user code prints can be mistaken for an item.

// Taken now: user code may replace them, and its results should still arrive.
const encoder = new TextEncoder();
const encode = encoder.encode.bind(encoder);
const { stringify } = JSON;
const later = setTimeout;
const writeSync = Deno.stdout.writeSync.bind(Deno.stdout);

/** Bytes that are gathered before they are written; writing blocks while the host is behind. */
const BUFFER_BYTES = 65_536;
/** The host's cap on a line; see LINE_MAX_BYTES in core/message.ts. */
const LINE_MAX_BYTES = 262_144;
const LOG_MAX_CHARACTERS = 8192;

let buffered = '';
let flushing = false;

export function line(kind, json) {
  buffered += `\u001e${kind}${json}\n`;
  if (buffered.length >= BUFFER_BYTES) flush();
  else if (!flushing) {
    flushing = true;
    // Items are on their way when the function next waits for anything.
    later(flush, 0);
  }
}

export function flush() {
  flushing = false;
  if (buffered === '') return;
  const bytes = encode(buffered);
  buffered = '';
  for (let written = 0; written < bytes.length;) written += writeSync(bytes.subarray(written));
}

/** Upper bound first: a JavaScript character is at most three bytes of UTF-8. */
export function tooLong(json) {
  const room = LINE_MAX_BYTES - 16;
  return json.length * 3 > room && encode(json).length > room;
}

export function log(level, text) {
  const cut =
    text.length > LOG_MAX_CHARACTERS
      ? `${text.slice(0, LOG_MAX_CHARACTERS)}… (${String(text.length - LOG_MAX_CHARACTERS)} characters more)`
      : text;
  line('L', stringify({ at: new Date().toISOString(), level, text: cut }));
}

/** A record that can't be sent becomes one that says so: it is set aside with its reason, and the others go on. */
export function record(type, data) {
  const json = stringify([type, data]);
  if (!tooLong(json)) {
    line('R', json);
    return;
  }
  const size = encode(json).length;
  const text = `This record is ${String(size)} bytes long; at most ${String(LINE_MAX_BYTES)} are allowed. It begins: `;
  line('R', stringify([type, text + json.slice(0, 1000)]));
}
