import type { AtlasData } from './data.ts';
import type { Packed } from './packed.ts';
import { indexOfId, jsonAt } from './packed.ts';
import {
  TICK_MILLISECONDS,
  airportOfTick,
  cityOfTick,
  isOpenAt,
  missingCity,
  populationAt,
  tickAt,
  timeOfTick,
} from './simulation.ts';

export interface ListQuery {
  readonly limit: number;
  readonly cursor: string | null;
  readonly modifiedSince: Date | null;
}

export interface ListPage {
  /** JSON of each item. */
  readonly items: readonly string[];
  readonly next: string | null;
}

export interface Collection {
  readonly size: number;
  list(query: ListQuery): ListPage;
  get(id: string): string | null;
}

export interface Atlas {
  readonly countries: Collection;
  readonly cities: Collection;
  readonly airports: Collection;
}

export class BadCursor extends Error {}

/** The Atlas as it is at the moment of each call. */
export function createAtlas({ countries, cities, airports }: AtlasData, now: () => Date): Atlas {
  return {
    countries: fixedCollection(countries),
    cities: changingCollection(cities, now, {
      changedBy: (tick) => cityOfTick(tick, cities.ids.length),
      missing: (time) => missingCity(time, cities.ids.length),
      changing: (counted, tick) => `"population":${String(populationAt(counted, tick))}`,
    }),
    airports: changingCollection(airports, now, {
      changedBy: (tick) => airportOfTick(tick, airports.ids.length),
      missing: () => -1,
      changing: (_, tick) =>
        `"open":${String(isOpenAt(tick))},"inspected_on":"${timeOfTick(tick).toISOString().slice(0, 10)}"`,
    }),
  };
}

interface Changes {
  /** The row that a tick changes, or -1. */
  readonly changedBy: (tick: number) => number;
  readonly missing: (time: number) => number;
  /** The part of a row's JSON that changes. */
  readonly changing: (number: number, tick: number) => string;
}

function changingCollection(rows: Packed, now: () => Date, changes: Changes): Collection {
  const size = rows.ids.length;
  const lastTick = new Int32Array(size);
  let seenTick = 0;

  /** Brings the rows to the present; returns it as a tick. */
  function advance(): number {
    const present = tickAt(now().getTime());
    for (; seenTick < present; seenTick += 1) {
      const index = changes.changedBy(seenTick + 1);
      if (index !== -1) lastTick[index] = seenTick + 1;
    }
    return present;
  }

  function render(index: number): string {
    const tick = lastTick[index] ?? 0;
    const changing = changes.changing(rows.numbers[index] ?? 0, tick);
    return `${jsonAt(rows, index)},${changing},"modified_at":"${timeOfTick(tick).toISOString()}"}`;
  }

  function everything(from: number, limit: number): ListPage {
    const missing = changes.missing(now().getTime());
    const items: string[] = [];
    let index = from;
    for (; index < size && items.length < limit; index += 1) if (index !== missing) items.push(render(index));
    return { items, next: index < size ? `all-${String(index)}` : null };
  }

  /** In the order of change. A row that changes while one pages moves to the end, so none is missed. */
  function changedSince(from: number, limit: number, present: number): ListPage {
    const missing = changes.missing(now().getTime());
    const items: string[] = [];
    let tick = from;
    for (; tick <= present && items.length < limit; tick += 1) {
      const index = tick === 0 ? -1 : changes.changedBy(tick);
      if (index !== -1 && index !== missing && lastTick[index] === tick) items.push(render(index));
    }
    return { items, next: tick <= present ? `since-${String(tick)}` : null };
  }

  return {
    size,
    list: ({ limit, cursor, modifiedSince }) => {
      const present = advance();
      const { kind, at } = readCursor(cursor, modifiedSince);
      return kind === 'all' ? everything(at, limit) : changedSince(at, limit, present);
    },
    get: (id) => {
      advance();
      const index = /^\d{1,9}$/.test(id) ? indexOfId(rows, Number(id)) : -1;
      return index === -1 || index === changes.missing(now().getTime()) ? null : render(index);
    },
  };
}

function fixedCollection(rows: AtlasData['countries']): Collection {
  const byId = new Map(rows.map(({ id, json }) => [id, json]));
  return {
    size: rows.length,
    list: ({ limit, cursor, modifiedSince }) => {
      const { kind, at } = readCursor(cursor, modifiedSince);
      if (kind === 'since' && at > 0) return { items: [], next: null };
      const items = rows.slice(at, at + limit).map(({ json }) => renderFixed(json));
      return { items, next: at + limit < rows.length ? `all-${String(at + limit)}` : null };
    },
    get: (id) => {
      const json = byId.get(id);
      return json === undefined ? null : renderFixed(json);
    },
  };
}

function renderFixed(json: string): string {
  return `${json},"modified_at":"${timeOfTick(0).toISOString()}"}`;
}

function readCursor(
  cursor: string | null,
  modifiedSince: Date | null,
): { kind: 'all' | 'since'; at: number } {
  if (cursor === null) {
    if (modifiedSince === null) return { kind: 'all', at: 0 };
    // The first tick that is not before it.
    return { kind: 'since', at: tickAt(modifiedSince.getTime() + TICK_MILLISECONDS - 1) };
  }
  const [, kind, at] = /^(all|since)-(\d{1,9})$/.exec(cursor) ?? [];
  if (kind === undefined) throw new BadCursor();
  return { kind: kind === 'all' ? 'all' : 'since', at: Number(at) };
}
