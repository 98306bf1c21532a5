/** One event of our own processes, rendered by whoever reads it. Never holds a secret. */
export interface LogEvent {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** A stable name for programs, such as `intake.batch_failed`. */
  readonly code: string;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export type Log = (event: LogEvent) => void;
