/** Who wants a place: one account's flood waits behind itself. */
export interface PlaceRequest {
  readonly account: string;
  readonly connection: string;
  /** How many the connection may have; null: as many as there are. */
  readonly most: number | null;
}

interface Waiting extends PlaceRequest {
  readonly enter: (leave: () => void) => void;
}

/**
 * Places for functions that run at a time, given fairly: a free one goes to the account that has the fewest, and within it
 * to the connection that has the fewest. An account can't have the last one while it has others. A connection may have a
 * limit of its own, so that one slow outside system doesn't hold everything.
 */
export class Places {
  readonly #most: number;
  readonly #ofAccount = new Map<string, number>();
  readonly #ofConnection = new Map<string, number>();
  #waiting: Waiting[] = [];
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get free(): number {
    return this.#most - this.#taken;
  }

  /** Resolves with how to leave the place; null when the signal aborts first. */
  async enter(request: PlaceRequest, signal: AbortSignal): Promise<(() => void) | null> {
    if (signal.aborted) return null;
    return new Promise((resolve) => {
      const waiting: Waiting = {
        ...request,
        enter: (leave) => {
          signal.removeEventListener('abort', abort);
          resolve(leave);
        },
      };
      const abort = (): void => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        resolve(null);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiting);
      this.#admit();
    });
  }

  #admit(): void {
    for (;;) {
      const next = this.#next();
      if (next === null) return;
      this.#waiting = this.#waiting.filter((one) => one !== next);
      this.#add(next, 1);
      let isIn = true;
      next.enter(() => {
        if (!isIn) return;
        isIn = false;
        this.#add(next, -1);
        this.#admit();
      });
    }
  }

  #next(): Waiting | null {
    let best: Waiting | null = null;
    for (const one of this.#waiting) {
      if (this.#mayEnter(one) && (best === null || this.#isBefore(one, best))) best = one;
    }
    return best;
  }

  #mayEnter({ account, connection, most }: PlaceRequest): boolean {
    const ofAccount = this.#ofAccount.get(account) ?? 0;
    const ofConnection = this.#ofConnection.get(connection) ?? 0;
    if (this.free < 1 || (most !== null && ofConnection >= most)) return false;
    const isLast = this.free === 1 && this.#most > 1;
    return !isLast || ofAccount === 0;
  }

  /** Whoever has less; else who came first. */
  #isBefore(one: PlaceRequest, other: PlaceRequest): boolean {
    const byAccount = (this.#ofAccount.get(one.account) ?? 0) - (this.#ofAccount.get(other.account) ?? 0);
    if (byAccount !== 0) return byAccount < 0;
    const byConnection =
      (this.#ofConnection.get(one.connection) ?? 0) - (this.#ofConnection.get(other.connection) ?? 0);
    return byConnection < 0;
  }

  #add({ account, connection }: PlaceRequest, by: 1 | -1): void {
    this.#taken += by;
    bump(this.#ofAccount, account, by);
    bump(this.#ofConnection, connection, by);
  }
}

function bump(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
