import { backOff, requestId } from './ids.ts';
import type { Planning } from './planning.ts';
import { isOver } from './request.ts';
import type { Request } from './request.ts';
import { TRANSITIONS } from './stack.ts';
import type { ObservedStack } from './stack.ts';

/** Decides about what people asked to have done to single stacks. */
export function planRequests(planning: Planning): void {
  const { requests } = planning.snapshot.ledger;
  const deletions = new Set<string>();
  for (const request of requests.values()) {
    if (request.work.kind === 'delete' && request.state === 'doing') deletions.add(request.stack);
  }
  for (const request of requests.values()) {
    if (isOver(request)) continue;
    const observed = planning.observed(request.stack);
    const superseded = request.work.kind !== 'delete' && deletions.has(request.stack);
    if (superseded) decide(planning, request, 'failed', { failure: 'deleted' });
    else if (request.state === 'doing') goOn(planning, request, observed);
    else begin(planning, request, observed);
  }
}

function decide(
  planning: Planning,
  request: Request,
  to: Request['state'],
  set: Partial<Pick<Request, 'attempt' | 'notBefore' | 'failure'>> = {},
): void {
  planning.change({ kind: 'request', request: request.id, to, set });
}

function begin(planning: Planning, request: Request, observed: ObservedStack | undefined): void {
  const { work, stack } = request;
  const state = observed?.state ?? 'absent';
  // What has begun once can't be withdrawn: half a deletion is none.
  if (request.withdrawn && request.attempt === 1) {
    decide(planning, request, 'withdrawn');
    return;
  }
  if (planning.now < request.notBefore) return;
  if (work.kind === 'delete') {
    if (state === 'absent') decide(planning, request, 'done');
    else decide(planning, request, 'doing');
    planning.take(stack);
    return;
  }
  if (work.kind === 'create') {
    const release = planning.snapshot.ledger.releases.get(work.release);
    if (release === undefined || release.recall !== null) {
      decide(planning, request, 'failed', { failure: 'recalled' });
      return;
    }
    if (state !== 'absent' && state !== 'incomplete' && request.attempt === 1) {
      decide(planning, request, 'failed', { failure: 'exists' });
      return;
    }
  } else if (state === 'absent') {
    decide(planning, request, 'failed', { failure: 'absent' });
    return;
  }
  if (planning.isTaken(stack) || !TRANSITIONS[work.kind].from.includes(state)) return;
  decide(planning, request, 'doing');
  planning.take(stack);
}

function goOn(planning: Planning, request: Request, observed: ObservedStack | undefined): void {
  const { now, snapshot } = planning;
  const absent = observed === undefined || observed.state === 'absent';
  if (request.work.kind === 'delete' && absent) {
    decide(planning, request, 'done');
    return;
  }
  const ended = observed?.ended ?? null;
  if (ended?.id !== requestId(request)) return;
  if (ended.succeeded) {
    decide(planning, request, 'done');
    return;
  }
  // A deletion never gives up: what is half deleted is of no use to anybody.
  const given = request.work.kind !== 'delete' && request.attempt >= snapshot.ledger.policy.attempts_most;
  if (given || (!ended.again && request.work.kind !== 'delete')) {
    decide(planning, request, 'failed', { failure: ended.code ?? 'failed' });
    return;
  }
  decide(planning, request, 'waiting', {
    attempt: request.attempt + 1,
    notBefore: now + backOff(request.attempt),
  });
}
