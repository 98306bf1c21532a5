// fetch through the host's broker. There is no network in this process.

import { flush, line } from './lines.js';

const { stringify } = JSON;
/** Each chunk of a request body is one line; base64 makes 3 bytes 4. */
const BODY_CHUNK_BYTES = 180_000;

let nextId = 1;
const waiting = new Map();

/** What the platform refused or could not do, with a code that says which. */
export class EgressError extends Error {
  name = 'EgressError';
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export async function brokerFetch(input, init) {
  const relative = typeof input === 'string' && !/^[a-z][a-z0-9+.-]*:/i.test(input);
  // Request wants an absolute address; the broker gets what was written.
  const request = new Request(relative ? 'https://relative.invalid/' : input, init);
  request.signal.throwIfAborted();
  const url = relative ? input : request.url;
  const id = nextId++;
  const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
  const answered = new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject, controller: null });
  });
  request.signal.addEventListener('abort', () => cancel(id, request.signal.reason), { once: true });
  if (body !== null) {
    for (let at = 0; at < body.length; at += BODY_CHUNK_BYTES) {
      line('B', `${String(id)} ${body.subarray(at, at + BODY_CHUNK_BYTES).toBase64()}`);
    }
  }
  line(
    'F',
    stringify({ id, method: request.method, url, headers: [...request.headers], body: body !== null }),
  );
  flush();
  return answered;
}

function cancel(id, reason) {
  const call = waiting.get(id);
  if (call === undefined) return;
  waiting.delete(id);
  line('X', String(id));
  flush();
  call.reject(reason);
  call.controller?.error(reason);
}

/** Frames of the host that belong to a fetch. */
export function onFetchFrame(header, payload) {
  const call = waiting.get(header.id);
  if (call === undefined) return;
  if (header.type === 'response') {
    const { status, headers, url, redirected } = header;
    const empty = status === 204 || status === 205 || status === 304;
    const body = new ReadableStream({
      type: 'bytes',
      start: (controller) => {
        call.controller = controller;
      },
      cancel: () => cancel(header.id),
    });
    const response = new Response(empty ? null : body, { status: status < 200 ? 502 : status, headers });
    Object.defineProperty(response, 'url', { value: url });
    Object.defineProperty(response, 'redirected', { value: redirected });
    call.resolve(response);
  } else if (header.type === 'chunk') {
    call.controller?.enqueue(payload);
  } else if (header.type === 'end') {
    waiting.delete(header.id);
    call.controller?.close();
  } else if (header.type === 'failed') {
    waiting.delete(header.id);
    const error = new EgressError(header.code, header.message);
    call.reject(error);
    call.controller?.error(error);
  }
}
