/** A process that the supervisor keeps running. Parts are data: what to start, how to tell that it is ready, how to end it. */
export interface Part {
  /** One word or two, as a person says it: `postgres`, `api`, `sample source`. */
  readonly name: string;
  /** Called before each start, so it may also clear what the last run left. */
  command(): Promise<PartCommand>;
  /** Asked again and again after each start: null when the part serves, or why it does not yet. */
  whyNotReady(): Promise<string | null>;
  /** Milliseconds until a start that isn't ready counts as failed. */
  readonly readyWithin: number;
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** Milliseconds from the stop signal until the kill signal. */
  readonly stopWithin: number;
  /** What ends it at once. Postgres takes SIGQUIT, and then still removes its socket and shared memory. */
  readonly killSignal: 'SIGKILL' | 'SIGQUIT';
  /**
   * How to tell that it hangs although its process is there. `beats`: it writes to descriptor 3, as tether.ts does for
   * programs of Node's. `answers`: `whyNotReady` is asked. Absent: only its end is noticed.
   */
  readonly life?: { readonly signs: 'beats' | 'answers'; readonly silentFor: number };
}

export interface PartCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number } | null;
}

/**
 * starting: the process runs but does not serve yet. ready: it serves. waiting: it ended and is started again after a
 * pause. stopping: it was told to end. stopped: it ended and stays so.
 */
export type PartState = 'starting' | 'ready' | 'waiting' | 'stopping' | 'stopped';

export interface PartStatus {
  readonly name: string;
  readonly state: PartState;
  readonly pid: number | null;
  /** When it came into this state, ISO. */
  readonly since: string;
  readonly restarts: number;
  /** How the last process of it ended, such as `SIGKILL` or `exit code 1`; null before the first end. */
  readonly lastExit: string | null;
}
