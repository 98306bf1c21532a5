import { NOTHING_SAID, placeHold, setWindows } from '../core/say.ts';
import type { Say } from '../core/say.ts';
import type { Ledger } from '../core/ledger.ts';
import { DEFAULT_POLICY } from '../core/policy.ts';
import type { PublishedRelease } from '../core/release.ts';
import { rolloutSchema } from '../core/rollout.ts';
import type { RolloutDefinition } from '../core/rollout.ts';
import type { Signals } from '../core/gate.ts';
import type { RegisteredStack } from '../core/stack.ts';
import { HOUR } from '../core/time.ts';
import type { Moment } from '../core/time.ts';
import type { Version } from '../core/version.ts';
import { windowSchema } from '../core/window.ts';
import type { FakeProvisioner } from '../provision/fake/provisioner.ts';
import type { Random } from '../provision/fake/random.ts';

/** Zones with clocks that change in all ways: none, half hours, south of the equator. */
const ZONES = [
  'UTC',
  'Europe/Madrid',
  'America/New_York',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Auckland',
];

export const FIRST_RELEASE = '1.0.0';

export function someRelease(
  version: Version,
  now: Moment,
  with_: { readonly contract?: boolean; readonly security?: boolean; readonly minimum?: Version } = {},
): PublishedRelease {
  return {
    version,
    artifact: `middle-${version}.tgz`,
    digest: version.replaceAll('.', '').padStart(64, '0'),
    signature: 'simulated',
    template_version: '1',
    migrations: [
      { name: `${version}-expand`, kind: 'expand' },
      ...(with_.contract === true ? [{ name: `${version}-contract`, kind: 'contract' as const }] : []),
    ],
    minimum_previous: with_.minimum ?? FIRST_RELEASE,
    security: with_.security ?? false,
    notes: '',
    published_at: now,
    recall: null,
  };
}

/** A fleet as it may be: a few of our own, most without a wish, some with windows, some on hold. */
export function someFleet(count: number, random: Random, provisioner: FakeProvisioner, now: Moment): Ledger {
  const stacks = new Map<string, RegisteredStack>();
  for (let index = 0; index < count; index += 1) {
    const name = `stack-${String(index + 1)}`;
    const tags =
      index < Math.max(1, Math.floor(count / 500)) ? ['own'] : random.chance(0.05) ? ['early'] : [];
    stacks.set(name, { name, tags, say: someSay(random, now) });
    provisioner.place(name, FIRST_RELEASE);
    provisioner.report(name, { signals: someSignals(random) });
  }
  return {
    policy: DEFAULT_POLICY,
    stacks,
    releases: new Map([[FIRST_RELEASE, someRelease(FIRST_RELEASE, now)]]),
    rollouts: new Map(),
    requests: new Map(),
  };
}

function someSay(random: Random, now: Moment): Say {
  let say = NOTHING_SAID;
  if (random.chance(0.3)) {
    const window = windowSchema.parse({
      weekdays: [
        ...new Set([random.between(1, 7), ...[1, 2, 3, 4, 5, 6, 7].filter(() => random.chance(0.6))]),
      ],
      opens: `${String(random.between(0, 23)).padStart(2, '0')}:${String(random.between(0, 3) * 15).padStart(2, '0')}`,
      minutes: random.between(2, 8) * 60,
      time_zone: random.pick(ZONES),
    });
    say = setWindows(say, [window], DEFAULT_POLICY);
  }
  return random.chance(0.05) ? hold(say, random, now) : say;
}

export function hold(say: Say, random: Random, now: Moment): Say {
  const from = now + random.between(0, 5 * 24) * HOUR;
  const until = from + random.between(1, 10 * 24) * HOUR;
  const asked = { id: `hold-${String(random.between(0, 999_999))}`, from, until, reason: 'a busy season' };
  return placeHold(say, asked, DEFAULT_POLICY, now);
}

export function someSignals(random: Random): Signals {
  return {
    requests: random.chance(0.1) ? random.between(0, 40) : random.between(100, 5_000),
    error_share: random.next() * 0.005,
    latency_p95_ms: random.between(20, 200),
    queue_age_seconds: random.between(0, 30),
    crashes: 0,
    executions: random.between(0, 500),
    failed_execution_share: random.next() * 0.02,
  };
}

/** What the bad release does to what is measured. */
export function worsened(signals: Signals, random: Random): Signals {
  switch (random.between(0, 3)) {
    case 0:
      return { ...signals, crashes: random.between(3, 30) };
    case 1:
      return { ...signals, queue_age_seconds: 2_000 + random.between(0, 9_000) };
    case 2:
      return { ...signals, requests: 1_000, error_share: 0.2 + random.next() * 0.5 };
    default:
      return { ...signals, requests: 1_000, latency_p95_ms: 2_000 + random.between(0, 9_000) };
  }
}

/** Our own first, then one canary, then growing. */
export function someRollout(
  id: string,
  release: Version,
  count: number,
  random: Random,
  now: Moment,
  only: Version | null = null,
): RolloutDefinition {
  const wave = {
    bake_minutes: random.between(30, 180),
    tolerance: 0,
    patience_minutes: random.between(6, 48) * 60,
  };
  const most = Math.max(10, Math.floor(count / 20));
  return rolloutSchema.parse({
    id,
    release,
    only,
    waves: [
      { ...wave, name: 'our own', select: { by: 'tag', tag: 'own' }, at_once: 5 },
      { ...wave, name: 'canary', select: { by: 'number', number: 1 }, at_once: 1 },
      {
        ...wave,
        name: 'early',
        select: { by: 'tag', tag: 'early' },
        most: count,
        at_once: most,
        tolerance: 3,
      },
      { ...wave, name: 'a tenth', select: { by: 'percent', percent: 10 }, at_once: most, tolerance: 5 },
      {
        ...wave,
        name: 'the rest',
        select: { by: 'rest' },
        at_once: most * 4,
        tolerance: Math.ceil(count / 100),
      },
    ],
    tolerance: Math.ceil(count / 50) + 3,
    linger_minutes: random.between(1, 4) * 24 * 60,
    starts_at: now + random.between(0, 12) * HOUR,
  });
}
