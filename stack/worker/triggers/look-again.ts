import { RelatedCache } from '@middle/store/triggers/related.ts';
import { dueRequeues, moveRequeues } from '@middle/store/triggers/requeues.ts';
import type { DueRequeue } from '@middle/store/triggers/requeues.ts';
import { decideAll } from '@middle/store/triggers/decide.ts';
import { readSight } from '@middle/store/triggers/sight.ts';
import type { TriggerDeps } from './deps.ts';
import { Starts } from './starts.ts';

const AT_ONCE = 200;

/** What becomes of the events that were looked at. */
interface Moves {
  readonly gone: string[];
  readonly again: { id: string; attempts: number; nextAt: Date }[];
  readonly gaveUp: { id: string; attempts: number; reason: string }[];
}

/**
 * Looks again at events whose time has come, at the record as it is now. While their trigger doesn't listen they wait,
 * which takes none of their attempts.
 * @returns whether there may be more
 */
export async function lookAgain(deps: TriggerDeps, now: Date): Promise<boolean> {
  return deps.database.transaction(async (client) => {
    const due = await dueRequeues(client, now, AT_ONCE);
    if (due.length === 0) return false;
    const moves: Moves = { gone: [], again: [], gaveUp: [] };
    const starts = new Starts(deps, now);
    const related = new RelatedCache(client, deps.search);
    const later = (one: DueRequeue, attempts: number): void => {
      const nextAt = new Date(now.getTime() + one.requeueSeconds * 1_000);
      moves.again.push({ id: one.requeueId, attempts, nextAt });
    };
    const giveUp = (one: DueRequeue, attempts: number, reason: string): void => {
      moves.gaveUp.push({ id: one.requeueId, attempts, reason });
      starts.count(one, 'gave_up');
    };
    for (const one of due) if (!one.listens) later(one, one.attempts);
    const listening = due.filter(({ listens }) => listens);
    for (const group of Map.groupBy(listening, ({ id, recordSetId }) => `${id}/${recordSetId}`).values()) {
      const [trigger] = group;
      const sight = trigger === undefined ? null : await readSight(client, trigger.recordSetId);
      const kept = group.filter(({ data }) => sight !== null && data !== null);
      for (const one of group) {
        if (!kept.includes(one)) giveUp(one, one.attempts, 'the record was deleted meanwhile');
      }
      if (trigger === undefined || sight === null) continue;
      const decisions = await decideAll(trigger, sight, kept.map(eventOf), { now, related });
      for (const [index, decision] of decisions.entries()) {
        const one = kept[index];
        if (one === undefined) continue;
        if (decision.kind === 'requeue') {
          const attempts = one.attempts + 1;
          if (attempts < one.attemptsMost) later(one, attempts);
          else giveUp(one, attempts, `its criterion still held after ${attempts} more looks`);
          continue;
        }
        moves.gone.push(one.requeueId);
        if (decision.kind === 'discard') starts.count(one, 'discarded');
        else await starts.add(one, decision, recordOf(one));
      }
    }
    await moveRequeues(client, moves, now);
    await starts.write(client);
    return due.length === AT_ONCE;
  });
}

function recordOf({ recordSetId, recordId, version }: DueRequeue) {
  return { recordSetId, id: recordId, version };
}

function eventOf({ id, recordSetId, recordId, version, event, changedAt, data, previous }: DueRequeue) {
  return {
    scope: { event: { kind: event, at: changedAt.toISOString() }, record: data ?? {}, previous },
    seed: `${id}:${recordSetId}:${recordId}:${version}`,
  };
}
