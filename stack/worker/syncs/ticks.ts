import { catchUpWindow, lastCatchUp, nextTick, recentWindow } from '@middle/core/schedule.ts';
import type { Database } from '@middle/store/database.ts';
import { catchUpSyncs, dueSyncs, fireTick, moveTick, wasFired } from '@middle/store/sync-ticks.ts';
import type { TickingSync } from '@middle/store/sync-ticks.ts';

const SYNCS_AT_ONCE = 200;

/** Queues the runs whose time has come; each tick once, under any number of workers. Returns how many. */
export async function fireDueTicks(database: Database, now: Date): Promise<number> {
  let fired = 0;
  for (const sync of await dueSyncs(database, now, SYNCS_AT_ONCE)) {
    const result = await fireTick(database, sync, {
      cause: 'schedule',
      tick: sync.tick,
      input: inputOf(sync, now),
    });
    if (result === 'fired') fired += 1;
    // Also when the last run is still open: its successor starts at the next tick, nothing piles up.
    await moveTick(database, sync.id, sync.tick, nextTick(sync.id, sync.tick, sync.everySeconds, now));
  }
  return fired;
}

function inputOf(sync: TickingSync, now: Date): object {
  return sync.kind === 'complete' ? {} : recentWindow({ ...sync, until: now });
}

/** The weekly catch-ups that are due. One that finds a run open is tried again until its week is over. */
export async function fireCatchUps(database: Database, now: Date): Promise<number> {
  let fired = 0;
  for (const sync of await catchUpSyncs(database)) {
    if (sync.catchUp === null) continue;
    const tick = lastCatchUp(sync.catchUp, now);
    if (tick < sync.createdAt || (await wasFired(database, sync.id, 'catch_up', tick))) continue;
    const input = catchUpWindow(sync.catchUp, tick);
    if ((await fireTick(database, sync, { cause: 'catch_up', tick, input })) === 'fired') fired += 1;
  }
  return fired;
}
