// The guest half: one process, one invocation. Reads the call from stdin, runs the function, writes lines to stdout.
// This file runs inside the sandbox, beside user code; nothing it knows is secret and nothing it says is trusted.

import { brokerFetch, onFetchFrame } from './fetch.js';
import { frames } from './frames.js';
import { flush, line, log, record, tooLong } from './lines.js';
import { pages } from './pages.js';

const { stringify } = JSON;
const exit = Deno.exit.bind(Deno);
/** Errors of ours, which say what they are by their code. */
const NAMELESS = new Set(['EgressError', 'Refusal']);
const inspect = Deno.inspect.bind(Deno);

captureOutput();
const received = frames();
const { value: start } = await received.next();
// The host closed stdin without a call: the pool was emptied.
if (start === undefined) exit(0);
const aborting = new AbortController();
void readFrames();
addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  fail(event.reason);
});
addEventListener('error', (event) => {
  event.preventDefault();
  fail(event.error ?? event.message);
});
await run(start.header, new TextDecoder().decode(start.payload));

async function run(call, code) {
  try {
    const userFunction = load(code);
    finish(await userFunction(contextOf(call)));
  } catch (thrown) {
    fail(thrown);
  }
}

function require(name) {
  throw new Error(`“${name}” can't be loaded while running: import it with a literal name.`);
}

/** The bundle is CommonJS; an indirect eval gives it the global scope and keeps its own line numbers. */
function load(code) {
  const module = { exports: {} };
  // oxlint-disable-next-line no-eval -- running user code is what this process is for
  const wrapped = (0, eval)(`(function (module, exports, require) {${code}\n})\n//# sourceURL=function.js`);
  wrapped(module, module.exports, require);
  const found = module.exports?.default ?? module.exports;
  if (typeof found !== 'function') throw new TypeError('The default export of the file is not a function.');
  return found;
}

function contextOf(call) {
  let resume = typeof call.cursor === 'string' ? call.cursor : null;
  const context = {
    input: call.input,
    cursor: call.cursor,
    connection: Object.freeze({ settings: Object.freeze(call.settings) }),
    signal: aborting.signal,
    fetch: brokerFetch,
    log: (text, level = 'info') => log(levelOf(level), String(text)),
    pages: (path, options = {}) => {
      // The first walk goes on where the last stored progress was, unless the author says otherwise.
      const from = options.from === undefined ? resume : options.from;
      resume = null;
      return pages(String(path), { ...options, from });
    },
  };
  if (call.kind === 'sync') {
    context.emit = emit;
    context.emitMany = emitMany;
    context.progress = progress;
  }
  if (call.kind === 'action') context.idempotencyKey = call.idempotencyKey;
  if (call.kind === 'webhook') {
    context.input = null;
    context.request = requestOf(call.input);
    context.secrets = Object.freeze(call.secrets ?? {});
    context.reject = reject;
    context.emit = emit;
    context.emitMany = emitMany;
  }
  return Object.freeze(context);
}

function emit(type, data) {
  if (typeof type !== 'string')
    throw new TypeError(`emit needs the key of a record type, not ${inspect(type)}.`);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new TypeError(`emit needs the record as an object, not ${inspect(data).slice(0, 100)}.`);
  }
  record(type, data);
}

function emitMany(type, list) {
  for (const data of list) emit(type, data);
}

/** The request as it came. Its body is bytes: a signature is over these, not over what they mean. */
function requestOf({ method, headers, query, body, receivedAt }) {
  const bytes = Uint8Array.fromBase64(body);
  return Object.freeze({
    method,
    headers: Object.freeze(headers),
    query: Object.freeze(query),
    receivedAt,
    body: bytes,
    header: (name) => headers[String(name).toLowerCase()]?.[0] ?? null,
    text: () => new TextDecoder().decode(bytes),
    json: () => JSON.parse(new TextDecoder().decode(bytes)),
  });
}

/** Ends this request for good: it is not what it says, so trying again would not help. */
function reject(reason) {
  const refusal = new Error(String(reason));
  refusal.name = 'Refusal';
  refusal.code = 'webhook_refused';
  throw refusal;
}

/** Resolves when the host has everything emitted so far, in order, before the cursor. */
async function progress({ cursor = null, done, total } = {}) {
  const json = stringify({ cursor, done, total });
  if (tooLong(json)) throw new RangeError('The cursor is too long.');
  line('P', json);
  flush();
}

function finish(value) {
  const json = stringify({ value: value ?? null });
  if (tooLong(json)) throw new RangeError(`The result is too long: ${String(json.length)} characters.`);
  line('Z', json);
  flush();
  exit(0);
}

function fail(thrown) {
  const isError = thrown instanceof Error;
  const message = (
    isError ? `${NAMELESS.has(thrown.name) ? '' : `${thrown.name}: `}${thrown.message}` : inspect(thrown)
  ).slice(0, 4000);
  const stack = isError && typeof thrown.stack === 'string' ? thrown.stack.slice(0, 8000) : undefined;
  const code = isError && typeof thrown.code === 'string' ? thrown.code : undefined;
  line('E', stringify({ code, message, stack }));
  flush();
  exit(1);
}

async function readFrames() {
  for await (const { header, payload } of received) {
    if (header.type === 'abort') aborting.abort(new DOMException(header.reason, 'AbortError'));
    else onFetchFrame(header, payload);
  }
  // The host is gone: nobody will hear the end of this run.
  exit(2);
}

/** What code prints is a line of the invocation's log, however it prints. */
function captureOutput() {
  for (const [method, level] of [
    ['debug', 'debug'],
    ['log', 'info'],
    ['info', 'info'],
    ['warn', 'warn'],
    ['error', 'error'],
    ['trace', 'debug'],
    ['dir', 'info'],
    ['table', 'info'],
  ]) {
    console[method] = (...parts) => log(level, format(parts));
  }
  console.assert = (condition, ...parts) => {
    if (!condition) log('error', `Assertion failed: ${format(parts)}`);
  };
  const decoder = new TextDecoder();
  const printed = (bytes) => {
    log('info', decoder.decode(bytes).replace(/\n$/, ''));
    return bytes.length;
  };
  Deno.stdout.writeSync = printed;
  Deno.stdout.write = async (bytes) => printed(bytes);
  globalThis.fetch = brokerFetch;
}

function format(parts) {
  return parts
    .map((part) => (typeof part === 'string' ? part : inspect(part, { depth: 5, colors: false })))
    .join(' ');
}

function levelOf(level) {
  return ['debug', 'info', 'warn', 'error'].includes(level) ? level : 'info';
}
