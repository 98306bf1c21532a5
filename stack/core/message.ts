/**
 * The message: the only thing user code can do. A message is the UTF-8 text of lines, each ended by `\n`:
 *
 *   line 1   header, JSON: { "v": 1, "token": string, "sequence": number, "records": number }
 *   line 2…  items, each one kind letter followed by JSON:
 *            R ["record type key", { attribute: value, … }]        a record
 *            L { "at": ISO datetime, "level": "info", "text": "…" }  a line the code printed
 *            P { "cursor": any JSON, "done"?: number, "total"?: number }   progress: resume here after a crash
 *            Z { "value": any JSON }                                result: the last item of a function that returned
 *            E { "code": ErrorCode, "message": "…", "stack"?: "…" }  error: the last item of a function that threw
 *
 * The host never parses an item line; it caps its length and packs whole lines. `sequence` counts the messages of one
 * invocation from 1 without gaps, so the pair (invocation, sequence) names a message for ever; the message with Z or E
 * is the last one, so its sequence says how many there were. The intake treats every byte as hostile.
 */
export const MESSAGE_VERSION = 1;

/** SQS: 1 MiB per message and per batch (docs.aws.amazon.com, "Amazon SQS message quotas"). */
export const MESSAGE_MAX_BYTES = 1_048_576;
/** A longer line could stall a JSON parser; measured: a 4 MB line of `[` blocks JSON.parse for 240 ms. */
export const LINE_MAX_BYTES = 262_144;
/** Deepest nesting of arrays and objects in one item. */
export const ITEM_MAX_DEPTH = 32;

export interface MessageHeader {
  readonly v: typeof MESSAGE_VERSION;
  readonly token: string;
  readonly sequence: number;
  /** How many R lines follow; checked by the intake, counted by the balance. */
  readonly records: number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What the signed token of an invocation says. The queue says which app a message came from; both must agree. */
export interface TokenClaims {
  readonly app: string;
  readonly version: string;
  readonly connection: string;
  readonly invocation: string;
  /** Unix seconds. */
  readonly expires: number;
}
