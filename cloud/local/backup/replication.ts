import { MiddleError, messageOf } from '@middle/core/errors.ts';
import type { DatabaseAddress } from '@middle/store/database.ts';
import { Client } from 'pg';
import type { Connection, Submittable } from 'pg';

/**
 * A connection that speaks Postgres's replication protocol (postgresql.org/docs/18/protocol-replication.html): commands
 * instead of SQL, and streams of bytes that `pg` itself has no notion of.
 */
export interface Replication {
  /** Of a command that answers with rows of text. */
  rows(command: string): Promise<readonly Readonly<Record<string, string | null>>[]>;
  /**
   * Of a command that answers with a stream. `onData` may return a promise: until it settles no more is read, so a slow
   * receiver holds the sender, and no memory fills. Resolves with the rows that came besides, when the stream has ended.
   */
  stream(
    command: string,
    onData: (chunk: Buffer, send: (bytes: Buffer) => void) => Promise<void> | void,
  ): Promise<readonly (readonly (string | null)[])[]>;
  close(): Promise<void>;
}

export async function openReplication(address: DatabaseAddress): Promise<Replication> {
  // `replication` is missing in the types of pg, which passes it on to Postgres.
  const options = { ...address, replication: 'true', connectionTimeoutMillis: 10_000 };
  const client = new Client(options);
  // Fails what is under way; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    throw new MiddleError('database_unavailable', `The database does not answer: ${messageOf(cause)}`, {
      cause,
    });
  }
  return {
    async rows(command) {
      const { rows } = await client.query<Record<string, string | null>>(command);
      return rows;
    },
    stream(command, onData) {
      return new Promise((resolve, reject) => {
        client.once('end', () =>
          reject(new MiddleError('database_unavailable', 'The database closed the connection.')),
        );
        client.query(new StreamCommand(command, { onData, resolve, reject }));
      });
    },
    close: () => client.end().catch(() => {}),
  };
}

interface Outcome {
  readonly onData: (chunk: Buffer, send: (bytes: Buffer) => void) => Promise<void> | void;
  readonly resolve: (rows: readonly (readonly (string | null)[])[]) => void;
  readonly reject: (error: unknown) => void;
}

/** What pg's connection has beside its types. */
type CopyConnection = Connection & { sendCopyFromChunk(bytes: Buffer): void };

/** The part of a query that pg's client calls as messages come. */
class StreamCommand implements Submittable {
  readonly #command: string;
  readonly #outcome: Outcome;
  readonly #rows: (string | null)[][] = [];
  #waiting = 0;
  #handled = Promise.resolve();
  #failed = false;

  constructor(command: string, outcome: Outcome) {
    this.#command = command;
    this.#outcome = outcome;
  }

  submit(connection: Connection): void {
    connection.query(this.#command);
  }

  handleCopyData({ chunk }: { chunk: Buffer }, connection: CopyConnection): void {
    if (this.#failed) return;
    // The parser goes on using its buffer.
    const own = Buffer.from(chunk);
    this.#waiting += 1;
    connection.stream.pause();
    const before = this.#handled;
    this.#handled = this.#pass(before, own, connection);
  }

  async #pass(before: Promise<void>, own: Buffer, connection: CopyConnection): Promise<void> {
    await before;
    try {
      if (!this.#failed) await this.#outcome.onData(own, (bytes) => connection.sendCopyFromChunk(bytes));
    } catch (error) {
      this.handleError(error);
    }
    this.#waiting -= 1;
    if (this.#waiting === 0) connection.stream.resume();
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    this.#rows.push(fields);
  }

  handleReadyForQuery(): void {
    void this.#handled.then(() => this.#outcome.resolve(this.#rows));
  }

  handleError(error: unknown): void {
    this.#failed = true;
    this.#outcome.reject(error);
  }

  // What pg's client calls for messages that say nothing here.
  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
}
