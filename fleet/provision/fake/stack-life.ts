import { FleetError } from '../../core/errors.ts';
import type { Operation, Work } from '../../core/operation.ts';
import { TRANSITIONS } from '../../core/stack.ts';
import type { EndedOperation, ObservedStack, StackState } from '../../core/stack.ts';
import type { Moment } from '../../core/time.ts';
import { compareVersions } from '../../core/version.ts';
import type { Version } from '../../core/version.ts';

/** A stack as it lives in the fake: what is observed of it, and what is going on. Never changed, only replaced. */
export interface Life {
  readonly seen: ObservedStack;
  readonly work: Work | null;
  /** The state in which the work began. */
  readonly before: StackState;
}

export type Outcome = Pick<EndedOperation, 'succeeded' | 'code' | 'again'>;

export const SUCCEEDED: Outcome = { succeeded: true, code: null, again: false };

export function unborn(name: string, now: Moment): Life {
  return {
    seen: {
      name,
      state: 'absent',
      since: now,
      release: null,
      releaseSince: now,
      oldest: null,
      operation: null,
      ended: null,
      busy: null,
      signals: null,
    },
    work: null,
    before: 'absent',
  };
}

/** The stack with the operation under way; refuses what the guarantees say is refused. */
export function begun(life: Life, { id, work }: Operation, now: Moment): Life {
  const { seen } = life;
  const transition = TRANSITIONS[work.kind];
  const takesOver = work.kind === 'roll_back' || work.kind === 'delete';
  if (!transition.from.includes(seen.state) || (seen.operation !== null && !takesOver)) {
    throw new FleetError(
      'operation_illegal',
      `"${work.kind}" of ${seen.name} can't begin: it is ${seen.state}.`,
    );
  }
  const target = work.kind === 'update' || work.kind === 'roll_back' ? work.release : null;
  if (target !== null && seen.oldest !== null && compareVersions(target, seen.oldest) < 0) {
    throw new FleetError('operation_illegal', `The database of ${seen.name} no longer serves ${target}.`);
  }
  if (work.kind === 'contract' && work.release !== seen.release) {
    throw new FleetError('operation_illegal', `${seen.name} does not run ${work.release}.`);
  }
  return {
    seen: { ...seen, state: transition.during, since: now, operation: id },
    work,
    before: seen.state,
  };
}

/** The stack when its operation has ended. */
export function ended(life: Life, outcome: Outcome, now: Moment): Life {
  const { seen, work, before } = life;
  if (work === null || seen.operation === null) return life;
  const { succeeded, failed } = TRANSITIONS[work.kind];
  const failedState = failed === 'as_before' ? before : failed;
  return {
    work: null,
    before,
    seen: {
      ...seen,
      ...(outcome.succeeded ? effectOf(work, seen, now) : {}),
      state: outcome.succeeded ? succeeded : failedState,
      since: now,
      operation: null,
      ended: { id: seen.operation, at: now, ...outcome },
    },
  };
}

function effectOf(work: Work, seen: ObservedStack, now: Moment): Partial<ObservedStack> {
  switch (work.kind) {
    case 'create':
      return { ...serving(work.release, seen, now), oldest: null };
    case 'update':
    case 'roll_back':
      return serving(work.release, seen, now);
    case 'contract':
      return { oldest: work.release };
    case 'finalize':
    case 'change_settings':
    case 'restore':
    case 'move':
    case 'delete':
      return {};
  }
}

function serving(
  release: Version,
  seen: ObservedStack,
  now: Moment,
): Pick<ObservedStack, 'release' | 'releaseSince'> {
  return { release, releaseSince: seen.release === release ? seen.releaseSince : now };
}
