import type { Snapshot } from './ledger.ts';
import { whyUnreachable } from './release.ts';
import type { Member, Rollout, Wave } from './rollout.ts';
import { mayDisturb } from './say.ts';
import type { ObservedStack, RegisteredStack } from './stack.ts';
import type { Moment } from './time.ts';
import { compareVersions } from './version.ts';

interface Candidate {
  readonly stack: RegisteredStack;
  readonly observed: ObservedStack;
  readonly from: string;
}

/** The stacks that a wave takes, and how many it may take at most. */
export function membersOfWave(
  rollout: Rollout,
  wave: Wave,
  snapshot: Snapshot,
  now: Moment,
): { readonly limit: number; readonly members: readonly Pick<Member, 'stack' | 'from'>[] } {
  const candidates = candidatesOf(rollout, snapshot);
  const chosen = select(rollout, wave, candidates, snapshot);
  const limit = Math.min(chosen.limit, wave.most ?? Number.POSITIVE_INFINITY);
  const ordered = inOrder(rollout, chosen.from);
  // A canary that can't begin for days proves nothing for days.
  const first = limit < ordered.length ? readyFirst(rollout, ordered, snapshot, now) : ordered;
  const members = first.slice(0, limit).map(({ stack, from }) => ({ stack: stack.name, from }));
  return { limit: Number.isFinite(limit) ? limit : members.length, members };
}

/** Who is in the rollout's scope and in no wave yet. */
function candidatesOf(rollout: Rollout, { ledger, observed }: Snapshot): readonly Candidate[] {
  const { only, release } = rollout.definition;
  const found: Candidate[] = [];
  for (const stack of ledger.stacks.values()) {
    const seen = observed.get(stack.name);
    if (seen === undefined || seen.release === null || seen.state === 'deleting') continue;
    if (rollout.members.has(stack.name)) continue;
    const inScope = only === null ? compareVersions(seen.release, release) < 0 : seen.release === only;
    if (inScope) found.push({ stack, observed: seen, from: seen.release });
  }
  return found;
}

function select(
  rollout: Rollout,
  wave: Wave,
  candidates: readonly Candidate[],
  snapshot: Snapshot,
): { readonly limit: number; readonly from: readonly Candidate[] } {
  const { select: by } = wave;
  switch (by.by) {
    case 'names': {
      const names = new Set(by.names);
      return { limit: names.size, from: candidates.filter(({ stack }) => names.has(stack.name)) };
    }
    case 'tag':
      return {
        limit: Number.POSITIVE_INFINITY,
        from: candidates.filter(({ stack }) => stack.tags.includes(by.tag)),
      };
    case 'rest':
      return { limit: Number.POSITIVE_INFINITY, from: candidates };
    // Who can't get there proves nothing, so these two don't spend their number on such stacks.
    case 'number':
      return { limit: by.number, from: reachable(rollout, candidates, snapshot) };
    case 'percent': {
      const all = candidates.length + rollout.members.size;
      const limit = Math.max(1, Math.floor((all * by.percent) / 100));
      return { limit, from: reachable(rollout, candidates, snapshot) };
    }
  }
}

function reachable(
  rollout: Rollout,
  candidates: readonly Candidate[],
  { ledger }: Snapshot,
): readonly Candidate[] {
  const release = ledger.releases.get(rollout.definition.release);
  if (release === undefined) return [];
  return candidates.filter(({ observed, from }) => whyUnreachable(from, release, observed.oldest) === null);
}

function readyFirst(
  { definition, announcedAt }: Rollout,
  candidates: readonly Candidate[],
  { ledger: { releases, policy } }: Snapshot,
  now: Moment,
): readonly Candidate[] {
  const { release } = definition;
  const notice = releases.get(release)?.security === true ? announcedAt : null;
  const ready = candidates.filter(({ stack: { say }, observed: { state, busy } }) => {
    const question = { say, busy, release, announcedAt: notice, policy };
    return state === 'running' && mayDisturb(question, now).deferrals.length === 0;
  });
  const isReady = new Set(ready);
  return [...ready, ...candidates.filter((candidate) => !isReady.has(candidate))];
}

/** By a hash of rollout and name: not always the same customers are first, and the same plan made again chooses the same. */
function inOrder(rollout: Rollout, candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates
    .map((candidate) => ({
      candidate,
      key: hash(`${rollout.definition.id}/${candidate.stack.name}`),
    }))
    .sort((a, b) => a.key - b.key || (a.candidate.stack.name < b.candidate.stack.name ? -1 : 1))
    .map(({ candidate }) => candidate);
}

/** FNV-1a, mixed once more: its last letters alone would order names with numbers at their end. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b) >>> 0;
  return (value ^ (value >>> 13)) >>> 0;
}
