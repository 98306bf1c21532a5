import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begun, ended, SUCCEEDED, unborn } from '../provision/fake/stack-life.ts';
import type { Life, Outcome } from '../provision/fake/stack-life.ts';
import { memberId, updateId } from './ids.ts';
import type { Ledger } from './ledger.ts';
import { plan } from './plan.ts';
import { DEFAULT_POLICY } from './policy.ts';
import type { PublishedRelease } from './release.ts';
import { inFlight, planRollout, rolloutSchema, touched } from './rollout.ts';
import type { Rollout, Wish } from './rollout.ts';
import { NOTHING_SAID } from './say.ts';
import { HOUR } from './time.ts';

/**
 * Every course of a small rollout: a canary, then another stack. At each step any operation under way may go on, succeed or
 * fail in two ways, people may pause and continue, or abort, or recall the release, or place a hold, and the control
 * plane may be killed before it writes, before it begins anything, or not at all. An hour passes with each step.
 *
 * States that differ only in when they are count as one: all times are kept relative to now, and those further away than
 * any limit of this rollout are all the same. So the space is finite and is gone through to its end.
 */
interface State {
  readonly ledger: Ledger;
  readonly lives: ReadonlyMap<string, Life>;
}

const OLD = '1.0.0';
const NEW = '1.1.0';
const NAMES = ['a', 'b'] as const;
const wave = { at_once: 1, bake_minutes: 60, tolerance: 0, patience_minutes: 60 };
const definition = rolloutSchema.parse({
  id: 'r',
  release: NEW,
  waves: [
    { ...wave, name: 'canary', select: { by: 'names', names: ['a'] } },
    { ...wave, name: 'rest', select: { by: 'rest' } },
  ],
  tolerance: 0,
  linger_minutes: 60,
  starts_at: 0,
});
const signals = {
  requests: 100,
  error_share: 0,
  latency_p95_ms: 10,
  queue_age_seconds: 0,
  crashes: 0,
  executions: 10,
  failed_execution_share: 0,
};
const policy = {
  ...DEFAULT_POLICY,
  attempts_most: 2,
  operation_most_minutes: 60,
  pause_most_days: 1 / 12,
  roll_back_days: 0.25,
};
/** Longer ago than any limit, and than any retry. */
const FAR = 3 * HOUR;

function release(version: string): PublishedRelease {
  return {
    version,
    artifact: version,
    digest: '0'.repeat(64),
    signature: 's',
    template_version: '1',
    migrations: [],
    minimum_previous: OLD,
    security: false,
    notes: '',
    published_at: 0,
    recall: null,
  };
}

const start: State = {
  ledger: {
    policy,
    stacks: new Map(NAMES.map((name) => [name, { name, tags: [], say: NOTHING_SAID }])),
    releases: new Map([OLD, NEW].map((version) => [version, release(version)])),
    rollouts: new Map([['r', planRollout(definition, 0)]]),
    requests: new Map(),
  },
  lives: new Map(
    NAMES.map((name) => {
      const life = unborn(name, 0);
      return [name, { ...life, seen: { ...life.seen, state: 'running', release: OLD, signals } }];
    }),
  ),
};

/** A text that is the same for states from which the same can happen: what no rule looks at any more is left out. */
function keyOf(state: State, now: number): string {
  const relative = (moment: number): number => Math.max(-FAR, Math.min(FAR, moment - now));
  const rollout = rolloutOf(state);
  const { ledger, lives } = state;
  const parts = NAMES.map((name) => {
    const member = rollout.members.get(name);
    const life = lives.get(name);
    assert.ok(life);
    const { seen, work } = life;
    const id =
      member && (member.phase === 'updating' ? updateId(rollout, member) : memberId(rollout, member));
    return [
      [seen.state, seen.release, work?.kind, seen.operation === id],
      seen.ended !== null && seen.ended.id === id ? [seen.ended.succeeded, seen.ended.again] : null,
      member && [
        member.phase,
        inFlight(member.phase) ? relative(member.since) : null,
        member.updateAttempt,
        // A stranded stack is tried on for ever.
        Math.min(member.attempt, policy.attempts_most + 1),
        Math.max(0, relative(member.notBefore)),
        member.failure !== null,
        member.goingBack,
        member.straggler !== null,
      ],
      (ledger.stacks.get(name)?.say.holds ?? []).map(({ until }) => Math.max(0, relative(until))),
    ];
  });
  const { state: life, since, wish, abort, waves, settledAt } = rollout;
  const times = [life === 'paused' ? relative(since) : null, settledAt === null ? null : relative(settledAt)];
  const last = waves.at(-1);
  return JSON.stringify([
    parts,
    [
      life,
      wish,
      abort,
      waves.length,
      last === undefined || settledAt !== null ? null : relative(last.at),
      times,
    ],
    ledger.releases.get(NEW)?.recall !== null,
  ]);
}

const rolloutOf = ({ ledger }: State): Rollout => {
  const found = ledger.rollouts.get('r');
  assert.ok(found);
  return found;
};

/** All of them at once make a space of millions; each alone, with faults and kills, is gone through in a second or two. */
const HAPPENINGS = ['pause', 'abort', 'recall', 'hold'] as const;
type Happening = (typeof HAPPENINGS)[number];

/** What people can do at a step, and nothing. */
function* people(state: State, now: number, may: Happening): Generator<State> {
  yield state;
  const rollout = rolloutOf(state);
  const { ledger } = state;
  if (rollout.state === 'ended') return;
  const wish = (to: Wish): State => ({
    ...state,
    ledger: { ...ledger, rollouts: new Map([['r', { ...rollout, wish: to }]]) },
  });
  if (may === 'pause' && rollout.wish === 'run') yield wish('pause');
  if (rollout.wish === 'pause') yield wish('run');
  if (may === 'abort' && rollout.wish === 'run') yield wish('abort_all');
  if (may === 'recall' && ledger.releases.get(NEW)?.recall === null) {
    const recalled = { ...release(NEW), recall: { at: now, reason: 'bad' } };
    yield { ...state, ledger: { ...ledger, releases: new Map(ledger.releases).set(NEW, recalled) } };
  }
  const canary = ledger.stacks.get('a');
  if (may === 'hold' && canary?.say.holds.length === 0) {
    const say = { ...NOTHING_SAID, holds: [{ id: 'h', from: 0, until: now + 2 * HOUR, reason: 'sale' }] };
    yield { ...state, ledger: { ...ledger, stacks: new Map(ledger.stacks).set('a', { ...canary, say }) } };
  }
}

const OUTCOMES: readonly Outcome[] = [
  SUCCEEDED,
  { succeeded: false, code: 'no_capacity', again: true },
  { succeeded: false, code: 'health_failed', again: false },
];

/** Every way in which the operations under way can go on. */
function* nature(state: State, now: number): Generator<State> {
  const busy = [...state.lives.values()].find(({ seen }) => seen.operation !== null);
  yield state;
  if (busy === undefined) return;
  for (const outcome of OUTCOMES) {
    yield { ...state, lives: new Map(state.lives).set(busy.seen.name, ended(busy, outcome, now)) };
  }
}

/** A plan carried out whole, and the two ways to be killed meanwhile. */
function* control(state: State, now: number): Generator<State> {
  const observed = new Map([...state.lives].map(([name, { seen }]) => [name, seen]));
  const { ledger, operations } = plan({ ledger: state.ledger, observed }, now);
  const lives = new Map(state.lives);
  for (const operation of operations) {
    const life = lives.get(operation.stack);
    assert.ok(life);
    lives.set(operation.stack, begun(life, operation, now));
    if (operation.work.kind === 'update') judgeBegin({ ledger, lives: state.lives }, operation.stack, now);
  }
  yield { ledger, lives };
  if (operations.length > 0) yield { ledger, lives: state.lives };
  if (ledger !== state.ledger) yield state;
}

function judgeBegin(state: State, stack: string, now: number): void {
  const { members, waves, state: life } = rolloutOf(state);
  const going = [...members.values()].filter(({ phase }) => inFlight(phase));
  assert.ok(going.length <= 1, 'more at once than the wave allows');
  assert.ok(life === 'running' || life === 'paused', `begun while ${life}`);
  assert.equal(state.ledger.releases.get(NEW)?.recall, null, 'a recalled release');
  const member = members.get(stack);
  if (member?.wave === 1) assert.equal(members.get('a')?.phase, 'updated', 'a wave without proof');
  const held = state.ledger.stacks.get(stack)?.say.holds.some(({ until }) => now < until) === true;
  if (member?.since === now) assert.ok(!held, 'a hold is violated');
  assert.ok(member !== undefined && member.wave < waves.length);
}

function judge(state: State): void {
  const rollout = rolloutOf(state);
  const touchedNow = [...rollout.members.values()].filter(({ phase }) => touched(phase));
  const radius = rollout.waves.reduce((sum, { limit }) => sum + limit, 0);
  assert.ok(touchedNow.length <= radius, 'beyond the blast radius');
  if (rollout.state !== 'ended') return;
  for (const { stack, phase, from } of rollout.members.values()) {
    const seen = state.lives.get(stack)?.seen;
    if (phase === 'stranded') continue;
    assert.equal(seen?.state, 'running');
    assert.equal(seen.release, phase === 'updated' ? NEW : from, `${stack} is ${phase}`);
  }
}

function explore(may: Happening): void {
  /** When each was first reached: times are kept relative to it. */
  const known = new Map<string, { readonly before: Set<string>; readonly over: boolean }>();
  const open: { readonly state: State; readonly now: number; readonly key: string }[] = [];
  const reach = (state: State, now: number, from: string | null): void => {
    const key = keyOf(state, now);
    const seen = known.get(key);
    if (seen !== undefined) {
      if (from !== null) seen.before.add(from);
      return;
    }
    judge(state);
    known.set(key, {
      before: new Set(from === null ? [] : [from]),
      over: rolloutOf(state).state === 'ended',
    });
    if (rolloutOf(state).state !== 'ended') open.push({ state, now, key });
  };
  reach(start, 0, null);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { state, now, key } = next;
    for (const wished of people(state, now, may)) {
      for (const gone of nature(wished, now)) {
        for (const after of control(gone, now)) reach(after, now + HOUR, key);
      }
    }
    assert.ok(known.size < 1_000_000, 'the space is not finite');
  }
  // Backwards from the ends: what is not reached could never end.
  const ending = [...known].filter(([, { over }]) => over).map(([key]) => key);
  const canEnd = new Set(ending);
  for (let key = ending.pop(); key !== undefined; key = ending.pop()) {
    for (const before of known.get(key)?.before ?? []) {
      if (canEnd.has(before)) continue;
      canEnd.add(before);
      ending.push(before);
    }
  }
  assert.ok(known.size > 1_000, `only ${String(known.size)} states`);
  assert.equal(canEnd.size, known.size);
}

for (const may of HAPPENINGS) {
  test(`in every course of a small rollout all promises hold, and from everywhere it can end: ${may}`, () => {
    explore(may);
  });
}
