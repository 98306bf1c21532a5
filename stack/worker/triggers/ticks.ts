import { dueTick, scheduleSchema } from '@middle/core/workflow/trigger-schedule.ts';
import type { Decision } from '@middle/core/workflow/trigger-rules.ts';
import { decideAll } from '@middle/store/triggers/decide.ts';
import type { ScheduleTrigger } from '@middle/store/triggers/listening.ts';
import { RelatedCache } from '@middle/store/triggers/related.ts';
import { dueTriggers, moveTicks, noteTicks } from '@middle/store/triggers/ticks.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import type { TriggerDeps } from './deps.ts';
import { Starts } from './starts.ts';

const AT_ONCE = 200;
const NO_RECORD = { record: null };

interface Firing {
  readonly trigger: ScheduleTrigger;
  readonly decision: Decision;
  readonly executionId: string | null;
}

/**
 * Starts what is due by the clock. A tick, its execution and its count are written in one transaction under a unique
 * key, so that each tick counts once under any number of workers; what passed while its trigger didn't listen is moved
 * over.
 * @returns whether there may be more
 */
export async function fireTicks(deps: TriggerDeps, now: Date): Promise<boolean> {
  return deps.database.transaction(async (client) => {
    const due = await dueTriggers(client, now, AT_ONCE);
    if (due.length === 0) return false;
    const related = new RelatedCache(client, deps.search);
    const starts = new Starts(deps, now);
    const firings: Firing[] = [];
    const moves: { triggerId: string; next: Date | null }[] = [];
    for (const trigger of due) {
      const schedule = scheduleSchema.safeParse(trigger.schedule);
      if (!schedule.success) {
        deps.log({
          level: 'warn',
          code: 'trigger.schedule_invalid',
          message: `the schedule of trigger ${trigger.id} can't be read any more; it stops`,
        });
        moves.push({ triggerId: trigger.id, next: null });
        continue;
      }
      const { fires, next } = dueTick(schedule.data, trigger.tick, now);
      moves.push({ triggerId: trigger.id, next });
      if (!fires || !trigger.listens) continue;
      const at = trigger.tick.toISOString();
      const event = { scope: { event: { kind: 'tick' as const, at } }, seed: `${trigger.id}:${at}` };
      const [decision] = await decideAll(trigger, NO_RECORD, [event], { now, related });
      if (decision === undefined) continue;
      firings.push({ trigger, decision, executionId: decision.kind === 'discard' ? null : uuidv7(now) });
    }
    const fresh = await noteTicks(
      client,
      firings.map(({ trigger, executionId }) => ({ triggerId: trigger.id, tick: trigger.tick, executionId })),
    );
    for (const { trigger, decision, executionId } of firings) {
      if (!fresh.has(trigger.id)) continue;
      if (decision.kind === 'discard') starts.count(trigger, 'discarded');
      else if (decision.kind !== 'requeue' && executionId !== null)
        await starts.add(trigger, decision, null, executionId);
    }
    await moveTicks(client, moves);
    await starts.write(client);
    return due.length === AT_ONCE;
  });
}
