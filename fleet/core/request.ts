import type { Work } from './operation.ts';
import type { Moment } from './time.ts';

/**
 * A request: something that a person wants done to one stack outside of any rollout. It waits until the stack is free; a
 * deletion waits for nobody. `waiting` until its delay is over is when it can be withdrawn.
 */
export const REQUEST_TRANSITIONS = {
  waiting: ['doing', 'done', 'withdrawn', 'failed'],
  doing: ['waiting', 'done', 'failed'],
  done: [],
  withdrawn: [],
  failed: [],
} as const satisfies Record<string, readonly string[]>;

export type RequestState = keyof typeof REQUEST_TRANSITIONS;

export type RequestedWork = Extract<
  Work,
  { kind: 'create' | 'change_settings' | 'restore' | 'move' | 'delete' }
>;

export interface Request {
  readonly id: string;
  readonly stack: string;
  readonly work: RequestedWork;
  readonly state: RequestState;
  readonly since: Moment;
  readonly attempt: number;
  readonly notBefore: Moment;
  readonly withdrawn: boolean;
  readonly failure: string | null;
}

export function ask(id: string, stack: string, work: RequestedWork, now: Moment, delay = 0): Request {
  return {
    id,
    stack,
    work,
    state: 'waiting',
    since: now,
    attempt: 1,
    notBefore: now + delay,
    withdrawn: false,
    failure: null,
  };
}

export function isOver({ state }: Request): boolean {
  return REQUEST_TRANSITIONS[state].length === 0;
}
