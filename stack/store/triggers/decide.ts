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
  const { rules } = compiled;
  const decisions: (Decision | undefined)[] = events.map(() => undefined);
  /** Whether the event had every related record that it asked for. */
  const attempt = (index: number): boolean => {
    const event = events[index];
    if (event === undefined) return true;
    const options = { scope: { ...event.scope }, now, related: related.get };
    return related.isFinished(() => {
      decisions[index] = decide(rules, (expression, place) =>
        evaluate(expression, { ...options, seed: `${event.seed}:${place}` }),
      );
    });
  };
  let open = [...events.keys()];
  for (let round = 1; round <= ROUNDS_MOST && open.length > 0; round += 1) {
    if (related.isFull) break;
    open = open.filter((index) => !attempt(index));
    if (open.length > 0) await related.fetch();
  }
  // Together they need more than is held at a time: one by one, each has as much for itself.
  for (const index of open) {
    related.clear();
    for (let round = 1; round <= ROUNDS_MOST && !attempt(index); round += 1) await related.fetch();
  }
  return decisions.flatMap((decision) => decision ?? []);
}
