/**
 * A queue with SQS's semantics: at-least-once, no order, visibility timeout, dead letters.
 * Every adapter runs `cloud/conformance/queue.suite.ts`. See GUARANTEES.md.
 */
export interface Queue {
  readonly name: string;
  /** All are stored or none. @throws MiddleError queue_limit when a cap of QUEUE_LIMITS is passed. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /** Waits up to `waitSeconds` for at least one message (long poll); returns at most `max`. */
  receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;
  /** @throws MiddleError receipt_stale when the visibility timeout has passed and someone else received it. */
  extend(receipt: string, visibilitySeconds: number): Promise<void>;
  delete(receipts: readonly string[]): Promise<void>;
  /** Moves a received message to the dead letters at once, with the reason. */
  reject(receipt: string, reason: DeadLetterReason): Promise<void>;
  stats(): Promise<QueueStats>;
  deadLetters(page: {
    readonly limit: number;
    readonly after?: string | undefined;
  }): Promise<readonly DeadLetter[]>;
  /** Puts dead letters back into the queue with a fresh receive count; returns how many. All when `ids` is absent. */
  redrive(ids?: readonly string[]): Promise<number>;
  /** Deletes dead letters for good; returns how many. */
  deleteDead(ids: readonly string[]): Promise<number>;
}

/** The queues of a stack, one per app; the name of a queue is the app's key. */
export interface Queues {
  open(app: string): Queue;
  list(): Promise<readonly string[]>;
}

export interface OutgoingMessage {
  readonly body: Uint8Array;
  readonly delaySeconds?: number | undefined;
}

export interface ReceiveOptions {
  readonly max: number;
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ReceivedMessage {
  readonly id: string;
  readonly receipt: string;
  readonly body: Uint8Array;
  readonly receiveCount: number;
  readonly sentAt: Date;
}

export interface DeadLetterReason {
  readonly code: string;
  readonly message: string;
}

export interface DeadLetter {
  readonly id: string;
  readonly body: Uint8Array;
  readonly reason: DeadLetterReason;
  readonly receiveCount: number;
  readonly sentAt: Date;
  readonly diedAt: Date;
}

export interface QueueStats {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly dead: number;
  readonly oldestAgeSeconds: number | null;
}

/** SQS's limits, kept by every adapter (docs.aws.amazon.com, "Amazon SQS message quotas"). */
export const QUEUE_LIMITS = {
  messageMaxBytes: 1_048_576,
  batchMaxMessages: 10,
  batchMaxBytes: 1_048_576,
  receiveMaxMessages: 10,
  waitMaxSeconds: 20,
  delayMaxSeconds: 900,
  visibilityMaxSeconds: 43_200,
} as const;

export const DEAD_LETTER_LIMITS = { maxReceives: 8 } as const;
