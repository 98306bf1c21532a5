import type { OperationKind } from './operation.ts';
import type { Busy, Say } from './say.ts';
import type { Signals } from './gate.ts';
import type { Moment } from './time.ts';
import type { Version } from './version.ts';

/**
 * The states of a stack, as a provisioner observes them; never as anybody wishes them.
 *
 * A stack that does not exist is `absent`. `create` raises it (`creating`) and leaves it `running`. An update raises green
 * beside blue (`updating`); when green has taken the traffic the stack is `baking`: green serves, blue is kept. `finalize`
 * takes blue away, `roll_back` takes green away; both end `running`. What failed half-way stays where it can be repeated:
 * `incomplete` after creating or deleting, `failed` when the stack does not serve and nothing runs to mend it.
 */
export const STACK_STATES = [
  'absent',
  'creating',
  'incomplete',
  'running',
  'updating',
  'baking',
  'finalizing',
  'rolling_back',
  'contracting',
  'changing',
  'restoring',
  'moving',
  'failed',
  'deleting',
] as const;

export type StackState = (typeof STACK_STATES)[number];

export interface Transition {
  readonly from: readonly StackState[];
  readonly during: StackState;
  readonly succeeded: StackState;
  /** `as_before`: the state in which it began. */
  readonly failed: StackState | 'as_before';
}

/** The state table: which operation may begin in which state, and where it leads. Anything else is refused. */
export const TRANSITIONS: Readonly<Record<OperationKind, Transition>> = {
  create: { from: ['absent', 'incomplete'], during: 'creating', succeeded: 'running', failed: 'incomplete' },
  // Blue serves all the time, so an update that fails leaves the stack as it was.
  update: { from: ['running'], during: 'updating', succeeded: 'baking', failed: 'running' },
  finalize: { from: ['baking'], during: 'finalizing', succeeded: 'running', failed: 'baking' },
  // The one operation besides deletion that takes over from another: an update that hangs must be ended.
  roll_back: {
    from: ['updating', 'baking', 'running', 'failed'],
    during: 'rolling_back',
    succeeded: 'running',
    failed: 'failed',
  },
  contract: { from: ['running'], during: 'contracting', succeeded: 'running', failed: 'running' },
  change_settings: { from: ['running'], during: 'changing', succeeded: 'running', failed: 'running' },
  restore: { from: ['running', 'failed'], during: 'restoring', succeeded: 'running', failed: 'as_before' },
  move: { from: ['running', 'failed'], during: 'moving', succeeded: 'running', failed: 'as_before' },
  // Whatever goes on: a stack that is to be deleted has nothing to lose.
  delete: {
    from: STACK_STATES.filter((state) => state !== 'absent' && state !== 'deleting'),
    during: 'deleting',
    succeeded: 'absent',
    failed: 'incomplete',
  },
};

/** The last operation that ended at a stack. */
export interface EndedOperation {
  readonly id: string;
  readonly succeeded: boolean;
  /** Why it failed, as a code such as `rehearsal_failed`. */
  readonly code: string | null;
  /** Whether trying again may help. */
  readonly again: boolean;
  readonly at: Moment;
}

/** A stack as its provisioner sees it at one moment. */
export interface ObservedStack {
  readonly name: string;
  readonly state: StackState;
  readonly since: Moment;
  /** What serves the traffic, and since when. Null: nothing yet. */
  readonly release: Version | null;
  readonly releaseSince: Moment;
  /** The oldest release that the database still serves after its contract migrations; null: none has run. */
  readonly oldest: Version | null;
  /** The operation under way. */
  readonly operation: string | null;
  readonly ended: EndedOperation | null;
  readonly busy: Busy | null;
  /** Null: not measured lately. */
  readonly signals: Signals | null;
}

/** A stack as the fleet's register has it: what people said, nothing observed. */
export interface RegisteredStack {
  readonly name: string;
  readonly tags: readonly string[];
  readonly say: Say;
}
