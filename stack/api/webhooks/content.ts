import { z } from 'zod';

/** A request as it is sealed, and as the worker hands it to the function. */
export interface RequestContent {
  readonly method: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** Base64. */
  readonly body: string;
}

const listed = z.record(z.string(), z.array(z.string()));
const contentSchema = z.object({ method: z.string(), headers: listed, query: listed, body: z.string() });

export function readContent(text: string): RequestContent {
  return contentSchema.parse(JSON.parse(text));
}

export function listsOf(values: Iterable<readonly [string, string]>): Record<string, string[]> {
  const lists = Map.groupBy(values, ([name]) => name);
  return Object.fromEntries([...lists].map(([name, all]) => [name, all.map(([, value]) => value)]));
}

/** Headers whose values prove who sent the request: nobody reads them here. */
const SECRET_HEADER = /auth|cookie|key|password|secret|sign|token/;
const SHOWN_BYTES = 65_536;

/** The content for people. */
export function shownContent({ headers, query, body }: RequestContent) {
  const shown = Object.entries(headers).map(([name, values]) => [
    name,
    SECRET_HEADER.test(name) ? values.map(() => '[protected]') : values,
  ]);
  return { headers: Object.fromEntries(shown), query, body: textOf(Buffer.from(body, 'base64')) };
}

/** Null when it is no text; else its beginning, without half a character at the end. */
function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, SHOWN_BYTES), {
      stream: bytes.length > SHOWN_BYTES,
    });
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
