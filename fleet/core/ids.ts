import type { Operation } from './operation.ts';
import type { Request } from './request.ts';
import type { Member, Rollout } from './rollout.ts';
import type { Moment } from './time.ts';
import { HOUR, MINUTE } from './time.ts';

/** Ids follow from the ledger, so that a plan made again asks for the same operations and not for more. */
export function updateId(rollout: Rollout, member: Member): Operation['id'] {
  return `${rollout.definition.id}/${member.stack}/update.${String(member.updateAttempt)}`;
}

export function memberId(rollout: Rollout, member: Member): Operation['id'] {
  const work = member.goingBack ? 'roll_back' : 'finalize';
  return `${rollout.definition.id}/${member.stack}/${work}.${String(member.updateAttempt)}.${String(member.attempt)}`;
}

export function requestId(request: Request): Operation['id'] {
  return `${request.id}/${request.stack}.${String(request.attempt)}`;
}

/** No ledger counts attempts at contracting, as nothing waits for it: one for each hour. */
export function contractId(stack: string, release: string, now: Moment): Operation['id'] {
  return `contract/${stack}/${release}.${String(Math.floor(now / HOUR))}`;
}

/** From a minute to an hour, doubling. */
export function backOff(attempt: number): number {
  return Math.min(HOUR, MINUTE * 2 ** Math.min(10, Math.max(0, attempt - 1)));
}
