import { formatLsn, segmentStart } from '@middle/core/backup/lsn.ts';
import type { Lsn } from '@middle/core/backup/lsn.ts';
import type { Piece } from '@middle/core/backup/catalog.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Replication } from './replication.ts';

/** How old the first byte of a piece may get until the piece is stored: what a lost disk costs. */
const STORE_MILLISECONDS = 2_000;
/** Enough to compress well; four of them are a segment. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Postgres counts microseconds from 2000. */
const POSTGRES_EPOCH = Date.UTC(2000, 0, 1);
/** Of a message with a part of the log, before its data: kind, start, end of the log, time. */
const DATA_HEADER = 25;

export interface Progress {
  /** Of the last byte that is stored. */
  readonly stored: Lsn;
  /** How far the database has written. */
  readonly written: Lsn;
}

export interface WalReceiverOptions {
  readonly replication: Replication;
  readonly slot: string;
  readonly timeline: number;
  readonly from: Lsn;
  readonly segmentBytes: number;
  readonly clock: Clock;
  /** Durably; what it throws ends the stream. */
  readonly store: (piece: Piece, bytes: readonly Uint8Array[]) => Promise<void>;
  readonly told: (progress: Progress) => void;
}

/**
 * Takes the database's log as it is written, and stores it in pieces: each of one segment, and none older than two
 * seconds. The database keeps what it has not been told to be stored, so a receiver that dies loses nothing.
 */
export class WalReceiver {
  readonly #options: WalReceiverOptions;
  readonly #failed = Promise.withResolvers<never>();
  readonly #waiters = new Set<{ readonly lsn: Lsn; readonly done: () => void }>();
  #parts: Buffer[] = [];
  #received: Lsn;
  #stored: Lsn;
  #written: Lsn;
  #storing = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #send: (bytes: Buffer) => void = () => {};

  constructor(options: WalReceiverOptions) {
    this.#options = options;
    this.#received = options.from;
    this.#stored = options.from;
    this.#written = options.from;
    this.#failed.promise.catch(() => {});
  }

  /** Rejects when the stream or the storing fails, or the connection is closed. */
  async receive(): Promise<never> {
    const { replication, slot, timeline, from } = this.#options;
    const command = `START_REPLICATION SLOT ${slot} PHYSICAL ${formatLsn(from)} TIMELINE ${timeline}`;
    const streamed = replication.stream(command, (message, send) => this.#hear(message, send));
    try {
      await Promise.race([streamed, this.#failed.promise]);
      throw new MiddleError('database_unavailable', 'The database ended the stream of its log.');
    } finally {
      streamed.catch(() => {});
      clearTimeout(this.#timer);
    }
  }

  /** Stores what has come, until the database's log is stored up to here. */
  async storeUntil(lsn: Lsn): Promise<void> {
    if (this.#stored >= lsn) return;
    const stored = Promise.withResolvers<void>();
    this.#waiters.add({ lsn, done: stored.resolve });
    await this.#flush();
    await stored.promise;
  }

  async #hear(message: Buffer, send: (bytes: Buffer) => void): Promise<void> {
    this.#send = send;
    const kind = String.fromCharCode(message[0] ?? 0);
    if (kind === 'w') {
      // A piece that is being stored ends where the next begins: nothing is taken meanwhile.
      await this.#storing;
      const start = message.readBigUInt64BE(1);
      if (start !== this.#received) {
        throw new MiddleError(
          'internal',
          `the log goes on at ${formatLsn(start)}, not at ${formatLsn(this.#received)}`,
        );
      }
      const data = message.subarray(DATA_HEADER);
      this.#written = max(this.#written, start + BigInt(data.length));
      await this.#take(data);
    } else if (kind === 'k') {
      this.#written = max(this.#written, message.readBigUInt64BE(1));
      if (message[17] === 1) this.#tellDatabase();
    }
    this.#tell();
  }

  async #take(data: Buffer): Promise<void> {
    const { segmentBytes } = this.#options;
    let rest = data;
    while (rest.length > 0) {
      const end = segmentStart(this.#received, segmentBytes) + BigInt(segmentBytes);
      const room = Number(end - this.#received);
      const some = rest.subarray(0, room);
      this.#parts.push(some);
      this.#received += BigInt(some.length);
      rest = rest.subarray(some.length);
      const isFull = some.length === room || this.#received - this.#stored >= PIECE_BYTES;
      if (isFull || this.#waiters.size > 0) await this.#flush();
      else this.#timer ??= setTimeout(() => void this.#flush().catch(() => {}), STORE_MILLISECONDS);
    }
  }

  /** One after the other. */
  #flush(): Promise<void> {
    this.#storing = this.#storing.then(() => this.#store());
    this.#storing.catch((error: unknown) => this.#failed.reject(error));
    return this.#storing;
  }

  async #store(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#received === this.#stored) return;
    const { store, timeline, clock } = this.#options;
    const [bytes, end] = [this.#parts, this.#received];
    this.#parts = [];
    await store({ timeline, start: this.#stored, end, at: clock.now() }, bytes);
    this.#stored = end;
    this.#tellDatabase();
    this.#tell();
    for (const waiter of this.#waiters) {
      if (end < waiter.lsn) continue;
      this.#waiters.delete(waiter);
      waiter.done();
    }
  }

  #tell(): void {
    this.#options.told({ stored: this.#stored, written: this.#written });
  }

  /** A standby's status: what it has, and what is safe, so that the database may let go of it. */
  #tellDatabase(): void {
    const message = Buffer.alloc(34);
    message.write('r', 0, 'latin1');
    message.writeBigUInt64BE(this.#received, 1);
    message.writeBigUInt64BE(this.#stored, 9);
    message.writeBigUInt64BE(this.#stored, 17);
    const now = this.#options.clock.now().getTime();
    message.writeBigUInt64BE(BigInt(now - POSTGRES_EPOCH) * 1_000n, 25);
    this.#send(message);
  }
}

function max(one: Lsn, other: Lsn): Lsn {
  return one > other ? one : other;
}
