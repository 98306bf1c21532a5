import type { Database } from '@middle/store/database.ts';
import { advanceConsumer, nextBatches } from '@middle/store/outbox.ts';
import type { ChangeBatch, Consumer } from '@middle/store/outbox.ts';
import type { Feed } from './feed.ts';

/** Batches taken at once, and how many ids they may name together. */
const BATCHES = 64;
const IDS = 10_000;

export interface Consumed {
  readonly batches: number;
  readonly ids: number;
  /** When the oldest batch among them was stored. */
  readonly oldest: Date | null;
  /** Where the consumer stands now; null when another process has taken it over. */
  readonly consumer: Consumer | null;
}

/**
 * Takes in the next stored changes: reads the records as they are now, writes the index, then notes the place. A kill
 * between any two of these leads to the same work again, which changes nothing.
 */
export async function consume(database: Database, feed: Feed, consumer: Consumer): Promise<Consumed> {
  const batches = await nextBatches(database, consumer, BATCHES);
  const taken = upTo(batches, IDS);
  const last = taken.at(-1);
  if (last === undefined) return { batches: 0, ids: 0, oldest: null, consumer };
  let ids = 0;
  for (const [recordSet, named] of idsBySet(taken)) {
    await feed.refresh(recordSet, [...named]);
    ids += named.size;
  }
  const place = { xact: last.xact, position: last.position };
  const kept = await advanceConsumer(database, consumer, place);
  const oldest = taken[0]?.at ?? null;
  return { batches: taken.length, ids, oldest, consumer: kept ? { ...consumer, ...place } : null };
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
