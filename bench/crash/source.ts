import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An outside system whose every state is known: records that are changed, removed and added between transfers. */
export class CrashSource {
  /** Id to the revision of its content; a record's content follows from both. */
  readonly records = new Map<string, number>();
  /** Each state a record was ever in, as the stack must have seen it: one version per entry. */
  readonly states = new Map<string, (number | null)[]>();
  #added = 0;
  readonly #server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://source');
    const items = this.page(url.searchParams.get('after') ?? '', Number(url.searchParams.get('limit')));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ items, last: items.at(-1)?.['id'] ?? null }));
  });

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

  add(count: number): void {
    for (let added = 0; added < count; added += 1) {
      this.#added += 1;
      this.#become(`r${String(this.#added).padStart(8, '0')}`, 1);
    }
  }

  /** Changes, removes and adds some; each record changes at most once, so each change is exactly one version. */
  change(random: () => number): void {
    const ids = [...this.records.keys()];
    for (const id of ids) {
      const chance = random();
      if (chance < 0.1) this.#become(id, (this.records.get(id) ?? 0) + 1);
      else if (chance < 0.105) this.#become(id, null);
    }
    this.add(Math.ceil(ids.length / 200));
  }

  contentOf(id: string, revision: number): Record<string, unknown> {
    return { id, name: `Record ${id} in revision ${revision}`, revision, even: revision % 2 === 0 };
  }

  page(after: string, limit: number): Record<string, unknown>[] {
    const items: Record<string, unknown>[] = [];
    // Ids are added in order, so the map is in order of ids.
    for (const [id, revision] of this.records) {
      if (id <= after) continue;
      items.push(this.contentOf(id, revision));
      if (items.length === limit) break;
    }
    return items;
  }

  #become(id: string, revision: number | null): void {
    if (revision === null) this.records.delete(id);
    else this.records.set(id, revision);
    this.states.set(id, [...(this.states.get(id) ?? []), revision]);
  }
}
