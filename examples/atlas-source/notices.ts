import { randomUUID } from 'node:crypto';

export interface Notice {
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly posted_at: string;
}

/** Older ones fall off the board. */
const NOTICES_MAX = 1_000;
const SUBJECT_MAX = 200;
const TEXT_MAX = 2_000;

/** A board that others post to. One notice per idempotency key, however often it is sent; kept in memory only. */
export class Notices {
  readonly #now: () => Date;
  readonly #byKey = new Map<string, Notice>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Newest first. */
  list(limit: number): readonly Notice[] {
    return [...this.#byKey.values()].slice(-limit).reverse();
  }

  /** @returns null when the body is not a notice */
  post(key: string, body: string): { readonly notice: Notice; readonly isNew: boolean } | null {
    const known = this.#byKey.get(key);
    if (known !== undefined) return { notice: known, isNew: false };
    const given = parse(body);
    if (given === null) return null;
    const notice = { id: randomUUID(), ...given, posted_at: this.#now().toISOString() };
    this.#byKey.set(key, notice);
    const [oldest] = this.#byKey.keys();
    if (this.#byKey.size > NOTICES_MAX && oldest !== undefined) this.#byKey.delete(oldest);
    return { notice, isNew: true };
  }
}

function parse(body: string): Pick<Notice, 'subject' | 'text'> | null {
  let value: { readonly subject?: unknown; readonly text?: unknown };
  try {
    value = Object(JSON.parse(body));
  } catch {
    return null;
  }
  const { subject, text } = value;
  if (typeof subject !== 'string' || subject === '' || subject.length > SUBJECT_MAX) return null;
  if (typeof text !== 'string' || text.length > TEXT_MAX) return null;
  return { subject, text };
}
