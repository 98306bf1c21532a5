import type { LogLevel } from '@middle/core/message.ts';

/** What user code printed and how it failed; kept 30 days, per stack. */
export interface Logs {
  append(entries: readonly LogEntry[]): Promise<void>;
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

export interface LogQuery {
  readonly invocations?: readonly string[] | undefined;
  readonly app?: string | undefined;
  readonly text?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

export interface LogPage {
  readonly entries: readonly LogEntry[];
  readonly next: string | null;
}

export const LOG_RETENTION_DAYS = 30;
