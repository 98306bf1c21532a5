import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Queue, QueueStats, ReceivedMessage } from '../ports/queue.ts';

/** A queue as simple as it can be said: a list, a time, and nothing at the same time. */
export class ModelQueue {
  readonly #maxReceives: number;
  #now = 0;
  #made = 0;
  #messages: { body: string; sentAt: number; visibleAt: number; receives: number }[] = [];
  #dead: { body: string; sentAt: number }[] = [];
  /** Every receipt the real queue gave, with the body and the number of the receive it belongs to. */
  readonly receipts: { readonly receipt: string; readonly body: string; readonly receives: number }[] = [];

  constructor(maxReceives: number) {
    this.#maxReceives = maxReceives;
  }

  advance(seconds: number): void {
    this.#now += seconds;
  }

  send(delay: number): string {
    const body = `message ${String((this.#made += 1))}`;
    this.#messages.push({ body, sentAt: this.#now, visibleAt: this.#now + delay, receives: 0 });
    return body;
  }

  /** A receive may return any visible messages; those that it looked at and were received too often have died. */
  received(messages: readonly ReceivedMessage[], max: number, visibility: number): void {
    const due = this.#messages
      .filter(({ visibleAt }) => visibleAt <= this.#now)
      .toSorted((a, b) => a.visibleAt - b.visibleAt);
    assert.ok(messages.length <= Math.min(max, due.length));
    for (const { body, receipt, receiveCount } of messages) {
      const known = due.find((one) => one.body === Buffer.from(body).toString());
      assert.ok(known !== undefined && known.receives < this.#maxReceives, 'it was not due');
      known.receives += 1;
      known.visibleAt = this.#now + visibility;
      assert.equal(receiveCount, known.receives);
      this.receipts.push({ receipt, body: known.body, receives: known.receives });
    }
    if (messages.length < Math.min(max, due.length)) {
      const spent = due.filter((one) => one.receives >= this.#maxReceives && one.visibleAt <= this.#now);
      const died = Math.min(max, due.length) - messages.length;
      assert.ok(spent.length >= died, 'a due message was not returned');
      for (const one of spent.slice(0, died)) this.#die(one.body);
    }
  }

  /** Whether a receipt is of the last receive of a message that is still there. */
  current(at: number): { receipt: string; held: boolean; hidden: boolean } | null {
    const known = this.receipts[this.receipts.length === 0 ? 0 : at % this.receipts.length];
    if (known === undefined) return null;
    const message = this.#messages.find(({ body }) => body === known.body);
    const held = message !== undefined && message.receives === known.receives;
    return { receipt: known.receipt, held, hidden: held && message.visibleAt > this.#now };
  }

  delete(receipt: string): void {
    const body = this.#bodyOf(receipt);
    this.#messages = this.#messages.filter((one) => one.body !== body);
  }

  extend(receipt: string, seconds: number): void {
    const body = this.#bodyOf(receipt);
    for (const one of this.#messages) if (one.body === body) one.visibleAt = this.#now + seconds;
  }

  reject(receipt: string): void {
    this.#die(this.#bodyOf(receipt));
  }

  redrive(): number {
    const count = this.#dead.length;
    for (const { body, sentAt } of this.#dead.splice(0)) {
      this.#messages.push({ body, sentAt, visibleAt: this.#now, receives: 0 });
      // A redriven message is a new one: no receipt of before is of any use.
      for (const [at, known] of this.receipts.entries())
        if (known.body === body) this.receipts[at] = { ...known, receives: -1 };
    }
    return count;
  }

  deadBodies(): string[] {
    return this.#dead.map(({ body }) => body);
  }

  stats(): QueueStats {
    const hidden = this.#messages.filter(({ visibleAt }) => visibleAt > this.#now);
    const oldest = Math.min(...this.#messages.map(({ sentAt }) => sentAt));
    return {
      visible: this.#messages.length - hidden.length,
      inFlight: hidden.filter(({ receives }) => receives > 0).length,
      delayed: hidden.filter(({ receives }) => receives === 0).length,
      dead: this.#dead.length,
      oldestAgeSeconds: this.#messages.length === 0 ? null : this.#now - oldest,
    };
  }

  #bodyOf(receipt: string): string | undefined {
    return this.receipts.find((one) => one.receipt === receipt)?.body;
  }

  #die(body: string | undefined): void {
    const message = this.#messages.find((one) => one.body === body);
    if (message === undefined) return;
    this.#messages = this.#messages.filter((one) => one !== message);
    this.#dead.push({ body: message.body, sentAt: message.sentAt });
  }
}

type Command = (model: ModelQueue, queue: Queue, time: { advance(seconds: number): void }) => Promise<void>;

/** Sequences of everything that can be done to a queue. */
export function commandsOf(): fc.Arbitrary<Command[]> {
  const seconds = fc.integer({ min: 0, max: 60 });
  const which = fc.nat(50);
  return fc.array(
    fc.oneof(
      fc.array(fc.constantFrom(0, 0, 30), { minLength: 1, maxLength: 4 }).map(sendCommand),
      fc
        .tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 40 }))
        .map(([max, visibility]) => receiveCommand(max, visibility)),
      fc.integer({ min: 1, max: 50 }).map(advanceCommand),
      which.map(deleteCommand),
      fc.tuple(which, seconds).map(([at, visibility]) => extendCommand(at, visibility)),
      which.map(rejectCommand),
      fc.constant(redriveCommand),
    ),
    { maxLength: 40 },
  );
}

function sendCommand(delays: number[]): Command {
  return async (model, queue) =>
    queue.send(delays.map((delaySeconds) => ({ body: Buffer.from(model.send(delaySeconds)), delaySeconds })));
}

function receiveCommand(max: number, visibilitySeconds: number): Command {
  return async (model, queue) => {
    model.received(await queue.receive({ max, visibilitySeconds, waitSeconds: 0 }), max, visibilitySeconds);
  };
}

function advanceCommand(seconds: number): Command {
  return async (model, _, time) => {
    model.advance(seconds);
    time.advance(seconds);
  };
}

function deleteCommand(at: number): Command {
  return async (model, queue) => {
    const known = model.current(at);
    if (known === null) return;
    await queue.delete([known.receipt]);
    if (known.held) model.delete(known.receipt);
  };
}

function extendCommand(at: number, seconds: number): Command {
  return async (model, queue) => {
    const known = model.current(at);
    if (known === null) return;
    const extended = await queue.extend(known.receipt, seconds).then(
      () => true,
      () => false,
    );
    assert.equal(extended, known.hidden, 'a receipt can be extended while its message is hidden');
    if (extended) model.extend(known.receipt, seconds);
  };
}

function rejectCommand(at: number): Command {
  return async (model, queue) => {
    const known = model.current(at);
    if (known === null) return;
    const rejected = await queue.reject(known.receipt, { code: 'x', message: 'x' }).then(
      () => true,
      () => false,
    );
    assert.equal(rejected, known.held);
    if (rejected) model.reject(known.receipt);
  };
}

const redriveCommand: Command = async (model, queue) => {
  assert.equal(await queue.redrive(), model.redrive());
};
