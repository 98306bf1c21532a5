import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { ERROR_CODES, faultOf } from './error-codes.ts';
import type { ErrorCode } from './error-codes.ts';
import type { Fault } from './errors.ts';
import { ITEM_MAX_DEPTH, LINE_MAX_BYTES, MESSAGE_MAX_BYTES, MESSAGE_VERSION } from './message.ts';
import type { LogLevel, MessageHeader } from './message.ts';

export interface RecordItem {
  /** Place of the line in its message, from 1. */
  readonly line: number;
  readonly recordType: string;
  readonly data: unknown;
}

/** A record line that could not be read; set aside with its reason like a record that does not fit its type. */
export interface BrokenRecord {
  readonly line: number;
  readonly recordType: string | null;
  readonly problem: string;
  /** How the line begins. */
  readonly raw: string;
}

export interface LogItem {
  readonly line: number;
  readonly at: string | null;
  readonly level: LogLevel;
  readonly text: string;
}

export interface ProgressItem {
  readonly cursor: unknown;
  readonly done: number | null;
  readonly total: number | null;
}

export interface FunctionError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fault: Fault;
  readonly stack?: string | undefined;
}

export type Ending =
  | { readonly outcome: 'returned'; readonly value: unknown }
  | { readonly outcome: 'threw'; readonly error: FunctionError };

export interface ParsedMessage {
  readonly header: MessageHeader;
  readonly records: readonly RecordItem[];
  readonly broken: readonly BrokenRecord[];
  readonly logs: readonly LogItem[];
  /** The last progress of the message. */
  readonly progress: ProgressItem | null;
  readonly ending: Ending | null;
}

export type MessageParse =
  { readonly ok: true; readonly message: ParsedMessage } | { readonly ok: false; readonly problem: string };

const headerSchema = z.object({
  v: z.literal(MESSAGE_VERSION),
  token: z.string().max(4000),
  sequence: z.int().min(1).max(1_000_000_000),
  records: z.int().min(0).max(1_000_000),
});

const logSchema = z.object({
  at: z.iso.datetime({ offset: true }).nullable().catch(null),
  level: z.enum(['debug', 'info', 'warn', 'error']).catch('info'),
  text: z.string(),
});
const number = z.number().nullable().catch(null).default(null);
const progressSchema = z.object({ cursor: z.unknown(), done: number, total: number });
const errorSchema = z.object({
  code: z.string().catch('function_error'),
  message: z.string().catch(''),
  stack: z.string().optional().catch(undefined),
});

const RAW_PREVIEW = 2000;
/** The host sends at most a few thousand lines a message; a megabyte of line ends is no message. */
const LINES_MAX = 100_000;
const NEWLINE = 10;

interface Found {
  records: RecordItem[];
  broken: BrokenRecord[];
  logs: LogItem[];
  progress: ProgressItem | null;
  ending: Ending | null;
}

/**
 * Reads a message from user code; see message.ts for its form. Every byte is hostile: a message whose header is wrong
 * is refused whole, a line that is wrong is set aside alone.
 */
export function parseMessage(body: Uint8Array): MessageParse {
  if (body.byteLength > MESSAGE_MAX_BYTES) return refused(`It has ${body.byteLength} bytes.`);
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const headerEnd = bytes.indexOf(NEWLINE);
  if (headerEnd < 0 || headerEnd > 8192) return refused('It has no header line.');
  const header = readHeader(bytes.toString('utf8', 0, headerEnd));
  if (header === null) return refused('Its header line is not well formed.');
  const found: Found = { records: [], broken: [], logs: [], progress: null, ending: null };
  // Decoding would put U+FFFD in the place of bytes that are not UTF-8. Looked at line by line only when there are any.
  const allUtf8 = isUtf8(bytes);
  let line = 0;
  for (let from = headerEnd + 1; from < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline < 0 ? bytes.length : newline;
    line += 1;
    if (line > LINES_MAX) return refused(`It has more than ${LINES_MAX} lines.`);
    readItem(bytes, { from, to, line, utf8: allUtf8 || isUtf8(bytes.subarray(from, to)) }, found);
    from = to + 1;
  }
  const emitted = found.records.length + found.broken.length;
  if (emitted !== header.records) {
    return refused(`Its header says ${header.records} records, it has ${emitted}.`);
  }
  return { ok: true, message: { header, ...found } };
}

function refused(problem: string): MessageParse {
  return { ok: false, problem };
}

function readHeader(text: string): MessageHeader | null {
  try {
    return headerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly utf8: boolean;
}

function readItem(bytes: Buffer, { from, to, line, utf8 }: Span, found: Found): void {
  const kind = String.fromCharCode(bytes[from] ?? 0);
  const read: Json = utf8 ? readJson(bytes, from + 1, to) : { ok: false, problem: 'is not UTF-8' };
  switch (kind) {
    case 'R':
      readRecord(read, bytes.toString('utf8', from + 1, Math.min(to, from + RAW_PREVIEW)), line, found);
      return;
    case 'L': {
      const log = read.ok ? logSchema.safeParse(read.value) : null;
      found.logs.push(log?.success === true ? { line, ...log.data } : brokenLog(line, 'log line', read));
      return;
    }
    case 'P': {
      const progress = read.ok ? progressSchema.safeParse(read.value) : null;
      if (progress?.success === true)
        found.progress = { ...progress.data, cursor: progress.data.cursor ?? null };
      else found.logs.push(brokenLog(line, 'progress', read));
      return;
    }
    case 'Z':
      found.ending = { outcome: 'returned', value: read.ok ? valueOf(read.value) : null };
      if (!read.ok) found.logs.push(brokenLog(line, 'result', read));
      return;
    case 'E':
      found.ending = { outcome: 'threw', error: readError(read.ok ? read.value : null) };
      return;
    default:
      found.logs.push(brokenLog(line, 'line', { ok: false, problem: 'its kind is unknown' }));
  }
}

type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

function readJson(bytes: Buffer, from: number, to: number): Json {
  if (to - from > LINE_MAX_BYTES) return { ok: false, problem: `has ${to - from} bytes` };
  if (isDeep(bytes, from, to))
    return { ok: false, problem: `is nested deeper than ${ITEM_MAX_DEPTH} levels` };
  try {
    return { ok: true, value: JSON.parse(bytes.toString('utf8', from, to)) };
  } catch {
    return { ok: false, problem: 'is not JSON' };
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const isOpening = (byte: number): boolean => byte === 91 || byte === 123;
const isClosing = (byte: number): boolean => byte === 93 || byte === 125;

/** Looks at the bytes before JSON.parse does: parsing is recursive, and deep input stalls it. */
function isDeep(bytes: Buffer, from: number, to: number): boolean {
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      at = endOfString(bytes, at, to);
    } else if (isOpening(byte)) {
      depth += 1;
      if (depth > ITEM_MAX_DEPTH) return true;
    } else if (isClosing(byte)) {
      depth -= 1;
    }
  }
  return false;
}

/** The closing quote of the string that opens at `at`. Native search skips what lies between. */
function endOfString(bytes: Buffer, at: number, to: number): number {
  for (
    let quote = bytes.indexOf(QUOTE, at + 1);
    quote >= 0 && quote < to;
    quote = bytes.indexOf(QUOTE, quote + 1)
  ) {
    let slashes = 0;
    while (bytes[quote - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote;
  }
  return to;
}

function readRecord(read: Json, raw: string, line: number, found: Found): void {
  const value: unknown = read.ok ? read.value : null;
  const [recordType, data] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : [];
  if (typeof recordType === 'string' && recordType.length <= 200) {
    found.records.push({ line, recordType, data });
  } else {
    const problem = read.ok ? 'is not a pair of record type and data' : read.problem;
    found.broken.push({ line, recordType: null, problem: `The emitted line ${problem}.`, raw });
  }
}

function valueOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : null;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

function readError(value: unknown): FunctionError {
  const parsed = errorSchema.safeParse(value);
  const { code, message, stack } = parsed.success
    ? parsed.data
    : { code: 'function_error', message: '', stack: undefined };
  const known = isErrorCode(code) ? code : 'function_error';
  return {
    code: known,
    message: message === '' ? 'The function failed without a message.' : message.slice(0, 10_000),
    fault: faultOf(known),
    ...(stack === undefined ? {} : { stack: stack.slice(0, 10_000) }),
  };
}

function brokenLog(line: number, what: string, read: Json): LogItem {
  const problem = read.ok ? 'is not well formed' : read.problem;
  return { line, at: null, level: 'warn', text: `A ${what} of the function ${problem} and was set aside.` };
}
