import * as z from 'zod';
import { DEFAULT_GATES, gateSchema } from './gate.ts';
import type { Signals } from './gate.ts';
import type { Deferral } from './say.ts';
import type { Moment } from './time.ts';
import { versionSchema } from './version.ts';
import type { Version } from './version.ts';

/** A wave: stacks that are updated together, so many at once, and bake before the next wave begins. */
export const waveSchema = z.strictObject({
  name: z.string().min(1),
  /** Who belongs to it, of those that no wave before took. Its blast radius is what this comes to, and `most`. */
  select: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('names'), names: z.array(z.string()).min(1) }),
    z.strictObject({ by: z.literal('tag'), tag: z.string().min(1) }),
    z.strictObject({ by: z.literal('number'), number: z.int().min(1) }),
    /** Of all stacks of the rollout's scope, rounded down, but one at least. */
    z.strictObject({ by: z.literal('percent'), percent: z.number().gt(0).max(100) }),
    z.strictObject({ by: z.literal('rest') }),
  ]),
  most: z.int().min(1).nullable().default(null),
  at_once: z.int().min(1),
  /** Each stack bakes so long after green took its traffic: gates are judged and blue is kept. */
  bake_minutes: z
    .number()
    .min(0)
    .max(30 * 24 * 60),
  /** More failed stacks than this in the wave stop the rollout. */
  tolerance: z.int().min(0).default(0),
  /** Stacks that could not begin so long after the wave did are stragglers: the wave goes on without them. */
  patience_minutes: z
    .number()
    .min(1)
    .max(90 * 24 * 60),
});

export const rolloutSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'Lower-case letters, digits and dashes'),
  release: versionSchema,
  /** Only stacks that run this release: how a recall moves them off it. Null: all stacks, forward only. */
  only: versionSchema.nullable().default(null),
  waves: z.array(waveSchema).min(1).max(100),
  /** More failed stacks than this in all stop the rollout. */
  tolerance: z.int().min(0),
  gates: z.array(gateSchema).default([...DEFAULT_GATES]),
  rehearse: z.boolean().default(true),
  replay: z.int().min(0).max(10_000).default(0),
  /** After its last wave the rollout waits so long for stragglers, then ends and reports them. */
  linger_minutes: z
    .number()
    .min(0)
    .max(90 * 24 * 60),
  starts_at: z.number(),
});

export type RolloutDefinition = z.infer<typeof rolloutSchema>;
export type Wave = z.infer<typeof waveSchema>;

/**
 * A rollout's life. `paused`: nothing new begins, what is under way ends and is judged. `aborting`: nothing new begins, and
 * what is under way goes back. `ended` is final.
 */
export const ROLLOUT_TRANSITIONS = {
  planned: ['running', 'ended'],
  running: ['paused', 'aborting', 'ended'],
  paused: ['running', 'aborting'],
  aborting: ['ended'],
  ended: [],
} as const satisfies Record<string, readonly string[]>;

export type RolloutState = keyof typeof ROLLOUT_TRANSITIONS;

/** Why a rollout was aborted. `stopped`: past its tolerance. `unproven`: a wave is over, and no stack proved the release. */
export type AbortReason = 'asked' | 'stopped' | 'unproven' | 'recalled' | 'paused_too_long';

/** What a person wants of it. Aborting takes back what is unproven, or everything it updated. */
export type Wish = 'run' | 'pause' | 'abort' | 'abort_all';

/**
 * A member: one stack within a rollout. What was decided about it is recorded before it is done; it goes on only by what is
 * observed. `stranded`: going back or finalizing failed too often; it is tried on, but the rollout does not wait for it.
 */
export const MEMBER_TRANSITIONS = {
  waiting: ['updating', 'updated', 'skipped', 'gone'],
  updating: ['waiting', 'baking', 'rolling_back', 'rolled_back', 'gone'],
  baking: ['finalizing', 'rolling_back', 'gone'],
  finalizing: ['updated', 'stranded', 'gone'],
  rolling_back: ['rolled_back', 'stranded', 'gone'],
  stranded: ['updated', 'rolled_back', 'gone'],
  updated: ['rolling_back', 'gone'],
  rolled_back: [],
  skipped: [],
  gone: [],
} as const satisfies Record<string, readonly string[]>;

export type MemberPhase = keyof typeof MEMBER_TRANSITIONS;

/** Something of the rollout's is going on at the stack. */
export function inFlight(phase: MemberPhase): boolean {
  return phase === 'updating' || phase === 'baking' || phase === 'finalizing' || phase === 'rolling_back';
}

/** It runs the rollout's release, or may: what the blast radius counts. */
export function touched(phase: MemberPhase): boolean {
  return inFlight(phase) || phase === 'updated' || phase === 'stranded';
}

export interface Member {
  readonly stack: string;
  readonly wave: number;
  readonly phase: MemberPhase;
  readonly since: Moment;
  /** The release that it came from, and goes back to. */
  readonly from: Version;
  /** Of the update and of what the phase does, from 1. */
  readonly updateAttempt: number;
  readonly attempt: number;
  /** Not tried again before. */
  readonly notBefore: Moment;
  /** Measured when its update began: of itself, and the median of those not yet updated. */
  readonly before: Signals | null;
  readonly othersBefore: Signals | null;
  /** Why it counts as failed, or was skipped. */
  readonly failure: string | null;
  /** It is on its way back, or was when it was stranded. */
  readonly goingBack: boolean;
  readonly skipped: string | null;
  /** What the customer had said that a security release overrode: on record for good. */
  readonly overridden: readonly Deferral[];
  /** The wave went on without it; why it could not begin. */
  readonly straggler: readonly Deferral[] | null;
}

export interface StartedWave {
  readonly at: Moment;
  /** The blast radius: so many stacks it may touch at most. */
  readonly limit: number;
}

/** A rollout as the ledger has it. */
export interface Rollout {
  readonly definition: RolloutDefinition;
  readonly state: RolloutState;
  readonly since: Moment;
  readonly wish: Wish;
  /** From then on customers can see what comes; a security release overrides only after the notice. */
  readonly announcedAt: Moment;
  readonly abort: { readonly reason: AbortReason; readonly all: boolean } | null;
  readonly waves: readonly StartedWave[];
  /** When the last wave had settled. */
  readonly settledAt: Moment | null;
  readonly members: ReadonlyMap<string, Member>;
}

export function planRollout(definition: RolloutDefinition, now: Moment): Rollout {
  return {
    definition,
    state: 'planned',
    since: now,
    wish: 'run',
    announcedAt: now,
    abort: null,
    waves: [],
    settledAt: null,
    members: new Map(),
  };
}

/** A wave waits no longer for this member. */
export function settled(member: Member): boolean {
  return (
    (member.phase === 'waiting' && member.straggler !== null) ||
    (member.phase !== 'waiting' && !inFlight(member.phase))
  );
}

export interface RolloutReport {
  readonly phases: Readonly<Partial<Record<MemberPhase, number>>>;
  readonly failed: number;
  readonly stragglers: readonly Member[];
  readonly overridden: number;
}

/** A rollout in figures. */
export function report({ members }: Rollout): RolloutReport {
  const phases: Partial<Record<MemberPhase, number>> = {};
  const stragglers: Member[] = [];
  let [failed, overridden] = [0, 0];
  for (const member of members.values()) {
    phases[member.phase] = (phases[member.phase] ?? 0) + 1;
    if (member.failure !== null) failed += 1;
    if (member.overridden.length > 0) overridden += 1;
    if (member.straggler !== null && (member.phase === 'waiting' || member.phase === 'skipped')) {
      stragglers.push(member);
    }
  }
  return { phases, failed, stragglers, overridden };
}
