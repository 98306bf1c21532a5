import { FleetError } from './errors.ts';
import type { Policy } from './policy.ts';
import { covered, DAY, HOUR, MINUTE } from './time.ts';
import type { Moment, Span } from './time.ts';
import type { Version } from './version.ts';
import { minutesAWeek, openingAt } from './window.ts';
import type { Window } from './window.ts';

/** A hold: a time in which a stack takes no update. "Not before" is a hold from now on, a freeze one between two moments. */
export interface Hold extends Span {
  readonly id: string;
  readonly reason: string;
}

/** A veto: the customer does not want this release, until its deadline. */
export interface Veto {
  readonly release: Version;
  readonly until: Moment;
  readonly reason: string;
}

/** The customer's say: when and to what their stack may be updated. */
export interface Say {
  readonly windows: readonly Window[];
  readonly holds: readonly Hold[];
  readonly vetoes: readonly Veto[];
}

export const NOTHING_SAID: Say = { windows: [], holds: [], vetoes: [] };

/** What a stack reports of itself while it must not be disturbed: a complete transfer, an important workflow. */
export interface Busy {
  readonly since: Moment;
  readonly with: string;
}

/** Accepts a hold or says why the policy does not allow it. */
export function placeHold(say: Say, asked: Hold, policy: Policy, now: Moment): Say {
  const hold: Hold = { ...asked, from: Math.max(asked.from, now) };
  if (hold.until <= hold.from) {
    throw new FleetError('beyond_policy', 'The hold would end before it begins.', {
      hint: 'Choose an end in the future.',
    });
  }
  if (hold.until - hold.from > policy.hold_most_days * DAY) {
    throw new FleetError('beyond_policy', `A hold lasts ${String(policy.hold_most_days)} days at most.`);
  }
  if (hold.from - now > policy.hold_ahead_days * DAY) {
    throw new FleetError('beyond_policy', `A hold begins within ${String(policy.hold_ahead_days)} days.`);
  }
  const holds = [...say.holds.filter(({ id }) => id !== hold.id), hold];
  if (mostHeldInAYear(holds) > policy.held_most_days_a_year * DAY) {
    throw new FleetError(
      'beyond_policy',
      `With this hold the stack would be on hold for more than ${String(policy.held_most_days_a_year)} of 365 days.`,
      { hint: 'Lift another hold, or make this one shorter.' },
    );
  }
  return { ...say, holds };
}

/** The fullest year: it begins where a hold begins or ends where one ends. */
function mostHeldInAYear(holds: readonly Hold[]): number {
  const year = 365 * DAY;
  return Math.max(
    0,
    ...holds.flatMap(({ from, until }) => [
      covered(holds, { from, until: from + year }),
      covered(holds, { from: until - year, until }),
    ]),
  );
}

/** A veto never outlives its bound after the release was published, so a later one does not extend it. */
export function placeVeto(say: Say, veto: Veto, publishedAt: Moment, policy: Policy, now: Moment): Say {
  const latest = publishedAt + policy.veto_most_days * DAY;
  if (veto.until > latest || latest <= now) {
    throw new FleetError(
      'beyond_policy',
      `A veto ends at the latest ${String(policy.veto_most_days)} days after the release was published.`,
      { hint: 'Place a hold if the stack needs more time.' },
    );
  }
  return { ...say, vetoes: [...say.vetoes.filter(({ release }) => release !== veto.release), veto] };
}

export function setWindows(say: Say, windows: readonly Window[], policy: Policy): Say {
  if (windows.length > 0 && minutesAWeek(windows) < policy.window_least_minutes_a_week) {
    throw new FleetError(
      'beyond_policy',
      `Windows must be open for ${String(policy.window_least_minutes_a_week)} minutes a week.`,
      { hint: 'Add a weekday or make them longer.' },
    );
  }
  return { ...say, windows };
}

/** `occupied`: something else is done to the stack. */
export type DeferralKind = 'window' | 'hold' | 'veto' | 'busy' | 'occupied';

/** Why a stack is not updated now, and until when that lasts at most. */
export interface Deferral {
  readonly kind: DeferralKind;
  /** The hold's id or what the stack is busy with. */
  readonly what: string;
  /** Null: nobody knows. */
  readonly until: Moment | null;
}

export interface Question {
  readonly say: Say;
  readonly busy: Busy | null;
  /** Null: not for a release, such as for contract migrations. */
  readonly release: Version | null;
  /** When a security release that may override was announced; null: it may not. */
  readonly announcedAt: Moment | null;
  readonly policy: Policy;
}

export interface Answer {
  readonly deferrals: readonly Deferral[];
  /** What would have deferred the update but is overridden: to be recorded. */
  readonly overridden: readonly Deferral[];
}

const NO_DEFERRALS: Answer = { deferrals: [], overridden: [] };

/**
 * May this stack be disturbed now? A security release overrides what customers said, once the notice is over. It does not
 * override busy: that lasts hours and is bounded, and what runs is not lost.
 */
export function mayDisturb(question: Question, now: Moment): Answer {
  const { say, busy, release, announcedAt, policy } = question;
  const found: Deferral[] = [];
  const needs = policy.update_minutes * MINUTE;
  const opening = openingAt(say.windows, now);
  if (!opening.open) found.push({ kind: 'window', what: 'closed', until: opening.opens });
  else if (opening.until - needs < now) {
    // The next opening is not known before this one is over.
    found.push({ kind: 'window', what: 'closes too soon', until: opening.until });
  }
  for (const { id, from, until } of say.holds) {
    if (from - needs < now && now < until) found.push({ kind: 'hold', what: id, until });
  }
  for (const veto of say.vetoes) {
    if (veto.release === release && now < veto.until) {
      found.push({ kind: 'veto', what: veto.release, until: veto.until });
    }
  }
  const busyUntil = busy === null ? 0 : busy.since + policy.busy_most_hours * HOUR;
  if (busy !== null && now < busyUntil) found.push({ kind: 'busy', what: busy.with, until: busyUntil });
  if (found.length === 0) return NO_DEFERRALS;
  if (announcedAt === null || now < announcedAt + policy.security_notice_hours * HOUR) {
    return { deferrals: found, overridden: [] };
  }
  return {
    deferrals: found.filter(({ kind }) => kind === 'busy'),
    overridden: found.filter(({ kind }) => kind !== 'busy'),
  };
}

/** Windows and holds can keep each other closed for long, but not for years. */
const STEPS_MOST = 2_000;

/** The first moment from `now` on at which the stack may be updated if nothing else is said: what calendars show. */
export function earliest(question: Question, now: Moment): Moment | null {
  let moment = now;
  for (let step = 0; step < STEPS_MOST; step += 1) {
    const { deferrals } = mayDisturb(question, moment);
    if (deferrals.length === 0) return moment;
    // None of them ends before its `until`, but the notice of a security release may be over before.
    const latest = Math.max(...deferrals.map(({ until }) => until ?? moment));
    const { announcedAt, policy } = question;
    const noticeOver = announcedAt === null ? latest : announcedAt + policy.security_notice_hours * HOUR;
    moment = noticeOver > moment ? Math.min(latest, noticeOver) : latest;
  }
  return null;
}
