/**
 * What an app's functions see. Types only: a function imports them with `import type`, and everything it can do is on
 * the `ctx` it is given.
 *
 * @example
 * import type { SyncContext, RecentInput } from '@middle/sdk';
 *
 * export default async function recentSales(ctx: SyncContext<RecentInput>) {
 *   for await (const page of ctx.pages(`/sales?modified_since=${ctx.input.since}`)) {
 *     ctx.emitMany('sale', page.items);
 *     await ctx.progress({ cursor: page.next });
 *   }
 * }
 */

/** A record as a function emits it: one value for each attribute of its record type; `null` is a value, a missing key is not. */
export interface RecordData {
  readonly [attribute: string]: string | number | boolean | null | readonly RecordData[];
}

/** The input of a complete transfer: nothing; emit everything. */
export type CompleteInput = Readonly<Record<string, never>>;

/** The input of a recent-records sync: emit what changed in this window. ISO datetimes. */
export interface RecentInput {
  readonly since: string;
  readonly until: string;
}

/** The input of a primary-id lookup: emit this one record, or nothing when the source does not have it. */
export interface LookupInput {
  readonly id: string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What every function has. */
export interface Context<Input = unknown> {
  readonly input: Input;
  readonly connection: {
    /** What the connecting user filled in, without protected fields. Credentials are added to requests by the platform. */
    readonly settings: Readonly<Record<string, string | boolean>>;
  };
  /** Aborts shortly before the time limit, so that work can be stored with `ctx.progress`. */
  readonly signal: AbortSignal;
  /**
   * The standard `fetch`, also there as the global one. A path such as `/sales` goes below the base address. Only hosts
   * that the manifest names and an owner approved can be reached. The connection's rate limit, 429 and Retry-After, and
   * expired tokens are handled by the platform.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * Walks a list that comes in pages. Where the items and the next page are is found out for the usual shapes (`items`,
   * `data`, `results`; `next`, `next_cursor`, a `Link` header) and can be told with options. The first walk of a run
   * that goes on after a crash begins at the stored cursor, when that is text.
   */
  pages<Item = RecordData>(path: string, options?: PagesOptions): AsyncIterable<Page<Item>>;
  /** A line in the invocation's log. `console.log` and its siblings do the same. */
  log(text: string, level?: LogLevel): void;
}

/** What a sync has. */
export interface SyncContext<Input = unknown, Cursor = unknown> extends Context<Input> {
  /** The last stored `progress` cursor of this run when it goes on after a crash; else null. */
  readonly cursor: Cursor | null;
  /** Emits one record. Waits while the platform is behind, so memory stays small. */
  emit(recordType: string, record: object): void;
  emitMany(recordType: string, records: Iterable<object>): void;
  /** Says how far the run is. After a crash it goes on with this cursor, and what was emitted before is not asked for again. */
  progress(state: Progress<Cursor>): Promise<void>;
}

/** What an action has. What the function returns is the action's output. */
export interface ActionContext<Input = unknown> extends Context<Input> {
  /**
   * The same for each attempt of this step of this execution. Give it to the outside system where that can tell a repeat
   * by it (often a header such as `Idempotency-Key`): an attempt whose answer was lost is made again.
   */
  readonly idempotencyKey: string;
}

/** What a webhook has: it turns one received request into records. What it returns is not kept. */
export interface WebhookContext extends Omit<Context, 'input'> {
  readonly request: WebhookRequest;
  /** The credentials that its manifest names under `secrets`. They are left out of its log; never put them into a record. */
  readonly secrets: Readonly<Record<string, string | boolean>>;
  /** Refuses the request for good, such as for a wrong signature. Any other error is tried again. */
  reject(reason: string): never;
  /** Emits one record. */
  emit(recordType: string, record: object): void;
  emitMany(recordType: string, records: Iterable<object>): void;
}

/** The request as it came. */
export interface WebhookRequest {
  readonly method: string;
  /** By names in lower case. A header may come several times. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** The raw bytes, over which signatures are made. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** ISO datetime. */
  readonly receivedAt: string;
  /** The first value of a header, whatever the case of its name; else null. */
  header(name: string): string | null;
  /** The body as text in UTF-8. */
  text(): string;
  /** The body as JSON. */
  json(): unknown;
}

export interface Progress<Cursor = unknown> {
  /** Any JSON value: a page's `next`, a date, an offset. */
  readonly cursor: Cursor | null;
  readonly done?: number;
  readonly total?: number;
}

export interface Page<Item = RecordData> {
  readonly items: readonly Item[];
  /** From 1, in this walk. */
  readonly number: number;
  /** The address or cursor of the next page; null on the last. */
  readonly next: string | null;
  /** The whole answer. */
  readonly body: unknown;
  readonly response: Response;
}

export interface PagesOptions extends RequestInit {
  /** Where the items are, such as `items` or `response.list`. */
  readonly items?: string;
  /** Where the next page is named: a key such as `paging.next`, `link` for the Link header, or a function. */
  readonly next?: string | ((body: unknown, response: Response) => string | null | undefined);
  /** The query parameter for a next page that is a cursor and not an address. Default: `cursor`. */
  readonly cursorParameter?: string;
  /** Where to begin: a page's `next`. `null` begins at the start also when the run goes on after a crash. */
  readonly from?: string | null;
}
