import type { Database } from '@middle/store/database.ts';
import { advanceConsumer, laterOf, nextBatches, smallBatches } from '@middle/store/outbox.ts';
import type { ChangeBatch, Consumer, Place } from '@middle/store/outbox.ts';
import type { Feed } from './feed.ts';

/** Batches taken at once, and how many ids they may name together: a second's work at most. */
const BATCHES = 64;
const IDS = 4_000;
/** A batch that names no more ids goes ahead of large ones; and how many such batches at a time. */
const SMALL = { ids: 100, batches: 200 };

export interface Consumed {
  readonly batches: number;
  readonly ids: number;
  /** When the oldest batch among them was stored. */
  readonly oldest: Date | null;
  /** Where the consumer stands now; null when another process has taken it over. */
  readonly consumer: Consumer | null;
  /** Up to where the small batches are done, when large ones before them are not. */
  readonly ahead: Place | null;
  /** Something waits for a running transaction to end. */
  readonly held: boolean;
}

/**
 * Takes in the next stored changes: reads the records as they are now, writes the index, then notes the place. A kill
 * between any two of these leads to the same work again, which changes nothing.
 *
 * While a large ingest keeps the index behind, what a few records changed need not wait for it: small batches are
 * taken in ahead, and once more, as nothing to do, when the consumer comes to them.
 */
export async function consume(
  database: Database,
  feed: Feed,
  consumer: Consumer,
  before: Place | null,
): Promise<Consumed> {
  const { batches, held } = await nextBatches(database, consumer, BATCHES);
  const taken = upTo(batches, IDS);
  const last = taken.at(-1);
  if (last === undefined) return { batches: 0, ids: 0, oldest: null, consumer, ahead: null, held };
  let ids = await refreshAll(feed, taken);
  const place = { xact: last.xact, position: last.position };
  let ahead: Place | null = null;
  if (taken.length < batches.length || batches.length === BATCHES) {
    ahead = before === null ? place : laterOf(before, place);
    const small = await smallBatches(database, ahead, SMALL);
    ids += await refreshAll(feed, small);
    ahead = small.at(-1) ?? ahead;
  }
  const kept = await advanceConsumer(database, consumer, place);
  const oldest = taken[0]?.at ?? null;
  return {
    batches: taken.length,
    ids,
    oldest,
    consumer: kept ? { ...consumer, ...place } : null,
    ahead,
    held,
  };
}

async function refreshAll(feed: Feed, batches: readonly ChangeBatch[]): Promise<number> {
  let ids = 0;
  for (const [recordSet, named] of idsBySet(batches)) {
    await feed.refresh(recordSet, [...named]);
    ids += named.size;
  }
  return ids;
}

/** As many batches as name no more than `most` ids, at least one. */
function upTo(batches: readonly ChangeBatch[], most: number): readonly ChangeBatch[] {
  let ids = 0;
  const over = batches.findIndex((batch, index) => {
    ids += batch.created.length + batch.updated.length + batch.deleted.length;
    return index > 0 && ids > most;
  });
  return over === -1 ? batches : batches.slice(0, over);
}

function idsBySet(batches: readonly ChangeBatch[]): Map<number, Set<string>> {
  const sets = new Map<number, Set<string>>();
  for (const { recordSet, created, updated, deleted } of batches) {
    const ids = sets.get(recordSet) ?? new Set();
    for (const list of [created, updated, deleted]) for (const id of list) ids.add(id);
    sets.set(recordSet, ids);
  }
  return sets;
}
