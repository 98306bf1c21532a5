import { evaluate } from '@middle/core/expression/evaluate.ts';
import { brokenRules, compileRules, decide } from '@middle/core/workflow/trigger-rules.ts';
import type { Decision, TriggerSight, TriggerTarget } from '@middle/core/workflow/trigger-rules.ts';
import type { TriggerRules } from '@middle/core/workflow/trigger.ts';
import type { RelatedCache } from './related.ts';

/** What a trigger's expressions are given. */
export interface TriggerScope {
  readonly event: { readonly kind: 'created' | 'updated' | 'tick'; readonly at: string };
  readonly record?: object;
  readonly previous?: object | null;
}

/** Something that happened, as a trigger sees it. */
export interface TriggerEvent {
  readonly scope: TriggerScope;
  /** The same event always makes the same random values. */
  readonly seed: string;
}

/** Each round fetches the related records that the one before lacked; an expression names no longer chain of them. */
const ROUNDS_MOST = 20;

/** Decides on many events of one trigger, in their order. */
export async function decideAll(
  trigger: TriggerRules & TriggerTarget,
  sight: TriggerSight,
  events: readonly TriggerEvent[],
  { now, related }: { readonly now: Date; readonly related: RelatedCache },
): Promise<readonly Decision[]> {
  const compiled = compileRules(trigger, sight, trigger);
  if (!compiled.ok) return events.map(() => brokenRules(compiled.problems));
  const decisions: (Decision | undefined)[] = events.map(() => undefined);
  let open = [...events.keys()];
  for (let round = 1; open.length > 0; round += 1) {
    const unfinished: number[] = [];
    for (const index of open) {
      const event = events[index];
      if (event === undefined) continue;
      const options = { scope: { ...event.scope }, now, seed: event.seed, related: related.get };
      const isFinished = related.isFinished(() => {
        decisions[index] = decide(compiled.rules, (expression) => evaluate(expression, options));
      });
      if (!isFinished) unfinished.push(index);
    }
    if (unfinished.length > 0 && round < ROUNDS_MOST) await related.fetch();
    else break;
    open = unfinished;
  }
  return decisions.flatMap((decision) => decision ?? []);
}
