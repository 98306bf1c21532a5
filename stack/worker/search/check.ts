import type { Search } from '@middle/cloud/ports/search.ts';
import type { Database } from '@middle/store/database.ts';
import { freshlyDeleted, pageVersions } from '@middle/store/search-source.ts';
import type { RecordVersionNumber } from '@middle/store/search-source.ts';
import type { Feed } from './feed.ts';

const PAGE_VERSIONS = 5_000;

export interface CheckResult {
  readonly compared: number;
  /** In the primary data but not in the index; the other way round; in both with different versions. */
  readonly missing: number;
  readonly extra: number;
  readonly stale: number;
}

export const NO_DIFFERENCE: CheckResult = { compared: 0, missing: 0, extra: 0, stale: 0 };

export const differencesOf = ({ missing, extra, stale }: CheckResult): number => missing + extra + stale;

interface CheckDeps {
  readonly database: Database;
  readonly search: Search;
  readonly feed: Feed;
  /** Takes in the changes stored so far, so that what is only late is not taken for a difference. */
  catchUp(): Promise<void>;
}

/** Compares one page of ids and repairs it; returns the id to go on after, or null at the end. */
export async function checkPage(
  deps: CheckDeps,
  recordSet: number,
  after: string,
): Promise<{ readonly result: CheckResult; readonly next: string | null }> {
  await deps.catchUp();
  return deps.feed.step(async () => {
    const primary = await pageVersions(deps.database, recordSet, after, PAGE_VERSIONS);
    const whole = primary.length < PAGE_VERSIONS;
    const end = whole ? null : (primary.at(-1)?.id ?? null);
    const indexed = await indexedUpTo(deps.search, recordSet, after, end);

    const found = compare(primary, indexed);
    const fresh = await freshlyDeleted(deps.database, recordSet, found.extra);
    const extra = found.extra.filter((id) => !fresh.has(id));
    // Repaired even when it is only late: that is never wrong.
    const wrong = [...found.missing, ...found.stale, ...found.extra];
    if (wrong.length > 0) await deps.feed.replace(recordSet, wrong);
    const settled = (ids: readonly string[]): number => ids.filter((id) => !found.fresh.has(id)).length;
    const result = {
      compared: primary.length,
      missing: settled(found.missing),
      extra: extra.length,
      stale: settled(found.stale),
    };
    return { result, next: end };
  });
}

async function indexedUpTo(search: Search, recordSet: number, after: string, end: string | null) {
  const indexed = new Map<string, number>();
  let from = after;
  for (;;) {
    const page = await search.scan(recordSet, from, PAGE_VERSIONS);
    for (const { id, version } of page) {
      if (end !== null && Buffer.compare(Buffer.from(id), Buffer.from(end)) > 0) return indexed;
      indexed.set(id, version);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_VERSIONS) return indexed;
    from = last.id;
  }
}

function compare(primary: readonly RecordVersionNumber[], indexed: ReadonlyMap<string, number>) {
  const known = new Set(primary.map(({ id }) => id));
  return {
    missing: primary.filter(({ id }) => !indexed.has(id)).map(({ id }) => id),
    stale: primary
      .filter(({ id, version }) => indexed.has(id) && indexed.get(id) !== version)
      .map(({ id }) => id),
    extra: [...indexed.keys()].filter((id) => !known.has(id)),
    fresh: new Set(primary.filter(({ fresh }) => fresh).map(({ id }) => id)),
  };
}

export function addResults(a: CheckResult, b: CheckResult): CheckResult {
  return {
    compared: a.compared + b.compared,
    missing: a.missing + b.missing,
    extra: a.extra + b.extra,
    stale: a.stale + b.stale,
  };
}
