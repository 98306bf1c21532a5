import { applyChanges } from './ledger.ts';
import type { Change, Ledger, Snapshot } from './ledger.ts';
import type { Operation } from './operation.ts';
import { operationsOf } from './operations-of.ts';
import { Planning } from './planning.ts';
import { planRequests } from './plan-requests.ts';
import { planRollout } from './plan-rollout.ts';
import type { Rollout } from './rollout.ts';
import type { Moment } from './time.ts';

/**
 * A plan: decisions to be written down, and the operations to ask for once they are. Operations are not remembered: they
 * follow from the ledger and from what is observed. A control plane that ends at any moment, before or after the changes
 * are written or amid asking, makes the same plan again when it is back.
 */
export interface Plan {
  readonly changes: readonly Change[];
  readonly operations: readonly Operation[];
  /** The ledger with the changes. */
  readonly ledger: Ledger;
}

export function plan(snapshot: Snapshot, now: Moment): Plan {
  const planning = new Planning(snapshot, now);
  planRequests(planning);
  for (const rollout of inOrder(snapshot.ledger)) planRollout(planning, rollout);
  const ledger = applyChanges(snapshot.ledger, planning.changes, now);
  return {
    changes: planning.changes,
    ledger,
    operations: operationsOf({ ledger, observed: snapshot.observed }, now),
  };
}

/** Who comes first takes a stack that several want: security before anything else, then the oldest. */
function inOrder({ rollouts, releases }: Ledger): readonly Rollout[] {
  const urgent = (release: string): number => (releases.get(release)?.security === true ? 0 : 1);
  return [...rollouts.values()].sort(
    ({ definition: a }, { definition: b }) =>
      urgent(a.release) - urgent(b.release) || a.starts_at - b.starts_at || (a.id < b.id ? -1 : 1),
  );
}
