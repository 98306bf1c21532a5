import type { LogLevel } from '@middle/core/message.ts';

/** What user code printed and how it failed; kept 30 days, per stack. */
export interface Logs {
  /** All are stored or none. Entries of an invocation older than the retention are not kept. */
  append(entries: readonly LogEntry[]): Promise<void>;
  /** @throws MiddleError request_invalid when the cursor is not one of this query, or the range is too large to search. */
  read(query: LogQuery): Promise<LogPage>;
  /** Removes what is older than the retention; returns what was removed in the adapter's own unit. */
  expire(now: Date): Promise<number>;
}

export interface LogEntry {
  /** (invocation, sequence, line) names an entry for ever: appending it again changes nothing. */
  readonly invocation: string;
  readonly sequence: number;
  readonly line: number;
  readonly app: string;
  readonly at: Date;
  readonly level: LogLevel;
  readonly text: string;
}

/**
 * With `invocations`, entries come in the order they were emitted; else in the order of their time. A bound of time
 * is inclusive in `since` and exclusive in `until`.
 */
export interface LogQuery {
  readonly invocations?: readonly string[] | undefined;
  readonly app?: string | undefined;
  /** A substring, in any case. */
  readonly text?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly order?: 'oldest_first' | 'newest_first' | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

export interface LogPage {
  readonly entries: readonly LogEntry[];
  readonly next: string | null;
}

export const LOG_RETENTION_DAYS = 30;
/** CloudWatch Logs takes events up to 256 KB (docs.aws.amazon.com, "CloudWatch Logs quotas"); longer text is cut. */
export const LOG_TEXT_MAX_BYTES = 262_118;
