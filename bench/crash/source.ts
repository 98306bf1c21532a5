import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a page takes, as at a real source: a transfer of 20,000 records then lasts some seconds. */
const PAGE_MILLISECONDS = 50;

/** One kind of records of the outside system. Every state that each was ever in is known. */
export class SourceRecords {
  /** Id to the revision of its content; a record's content follows from both. In the order of ids. */
  readonly current = new Map<string, { readonly revision: number; readonly changedAt: number }>();
  /** Revisions in their order, null for its removal: one version each. */
  readonly states = new Map<string, (number | null)[]>();
  readonly #prefix: string;
  readonly #removes: boolean;
  #added = 0;

  /** @param removes whether records may vanish: only a complete transfer can notice it */
  constructor(prefix: string, removes: boolean) {
    this.#prefix = prefix;
    this.#removes = removes;
  }

  add(count: number): void {
    for (let added = 0; added < count; added += 1) {
      this.#added += 1;
      this.#become(`${this.#prefix}${String(this.#added).padStart(8, '0')}`, 1);
    }
  }

  /** Changes, removes and adds some; each record changes at most once, so each change is exactly one version. */
  change(random: () => number): void {
    for (const [id, { revision }] of this.current) {
      const chance = random();
      if (chance < 0.1) this.#become(id, revision + 1);
      else if (chance < 0.105 && this.#removes) this.#become(id, null);
    }
    this.add(Math.ceil(this.current.size / 200));
  }

  contentOf(id: string, revision: number): Record<string, unknown> {
    return { id, name: `Record ${id} in revision ${revision}`, revision, even: revision % 2 === 0 };
  }

  /** Records after an id, changed within the window. */
  page(query: URLSearchParams): Record<string, unknown>[] {
    const after = query.get('after') ?? '';
    const limit = Number(query.get('limit'));
    const since = Date.parse(query.get('since') ?? '1970-01-01T00:00:00Z');
    const until = Date.parse(query.get('until') ?? '2970-01-01T00:00:00Z');
    const items: Record<string, unknown>[] = [];
    for (const [id, { revision, changedAt }] of this.current) {
      if (id <= after || changedAt < since || changedAt >= until) continue;
      items.push(this.contentOf(id, revision));
      if (items.length === limit) break;
    }
    return items;
  }

  #become(id: string, revision: number | null): void {
    if (revision === null) this.current.delete(id);
    else this.current.set(id, { revision, changedAt: Date.now() });
    const before = this.states.get(id);
    if (before === undefined) this.states.set(id, [revision]);
    else before.push(revision);
  }
}

/** What actions did to the outside system: once for each idempotency key, however often they ask. */
export class SourceEffects {
  /** By idempotency key: what was wished for. */
  readonly byKey = new Map<string, string>();
  /** Requests with a key that had its effect already. */
  repeats = 0;
  /** Keys that came with another wish than before. */
  readonly mixed: string[] = [];

  /** The answer to every tenth first request is lost after its effect. */
  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = String(request.headers['idempotency-key']);
    const wish = await text(request);
    const before = this.byKey.get(key);
    this.byKey.set(key, before ?? wish);
    if (before !== undefined) this.repeats += 1;
    if (before !== undefined && before !== wish) this.mixed.push(`${key}: ${before}, then ${wish}`);
    if (before === undefined && this.byKey.size % 10 === 0) response.destroy();
    else response.end(JSON.stringify({ effect: key }));
  }
}

/** An outside system: items are transferred as a whole, notes by windows of time. Actions may change something there. */
export class CrashSource {
  readonly items = new SourceRecords('r', true);
  readonly notes = new SourceRecords('n', false);
  readonly effects = new SourceEffects();
  #open = 0;
  readonly #server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://source');
    if (url.pathname === '/effects') {
      // A function that is killed while it asks closes its request.
      this.effects.take(request, response).catch(() => response.destroy());
      return;
    }
    const items = (url.pathname === '/items' ? this.items : this.notes).page(url.searchParams);
    response.setHeader('content-type', 'application/json');
    this.#open += 1;
    response.once('close', () => (this.#open -= 1));
    setTimeout(
      () => response.end(JSON.stringify({ items, last: items.at(-1)?.['id'] ?? null })),
      PAGE_MILLISECONDS,
    );
  });

  /** A function waits for a page at this moment. */
  get isAsked(): boolean {
    return this.#open > 0;
  }

  get size(): number {
    return this.items.current.size + this.notes.current.size;
  }

  /** Every record that ever was. */
  get everSize(): number {
    return this.items.states.size + this.notes.states.size;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a listening TCP server has an AddressInfo
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Three of four are items. */
  add(count: number): void {
    const notes = Math.floor(count / 4);
    this.items.add(count - notes);
    this.notes.add(notes);
  }

  change(random: () => number): void {
    this.items.change(random);
    this.notes.change(random);
  }
}
