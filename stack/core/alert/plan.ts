/**
 * Whom to tell what, and when. Each channel hears of an alert when it opens, is reminded at growing intervals while nobody
 * looks after it, and hears once that it is over. What comes close together goes into one message, and an hour has a
 * most: what is above it waits, and the next message says so.
 */
export interface AlertState {
  readonly id: string;
  readonly raisedAt: Date;
  /** Set: it is over. */
  readonly clearedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly snoozedUntil: Date | null;
}

/** What a channel has heard of an alert; null: nothing. */
export interface Told {
  /** The last time that it heard that the alert is open. */
  readonly at: Date;
  readonly reminders: number;
  /** It heard that the alert is over. */
  readonly isOver: boolean;
}

/** `passed`: it opened and ended before it could be told. */
export type AlertEvent = 'opened' | 'reminder' | 'resolved' | 'passed';

const HOUR = 3_600_000;
/** Hours from one telling to the next; the last holds from then on. */
export const REMINDER_HOURS = [1, 4, 12, 24] as const;

export function reminderAfter(reminders: number): number {
  return (REMINDER_HOURS[Math.min(reminders, REMINDER_HOURS.length - 1)] ?? 24) * HOUR;
}

/** What a channel made at `channelSince` should hear of an alert now; null: nothing. */
export function dueEvent(
  alert: AlertState,
  told: Told | null,
  now: Date,
  channelSince: Date,
): AlertEvent | null {
  if (alert.clearedAt !== null) {
    if (told !== null) return told.isOver ? null : 'resolved';
    return alert.raisedAt < channelSince ? null : 'passed';
  }
  if (alert.acknowledgedAt !== null) return null;
  if (alert.snoozedUntil !== null && alert.snoozedUntil > now) return null;
  if (told === null) return 'opened';
  const isAwake = alert.snoozedUntil !== null && told.at < alert.snoozedUntil;
  const isTime = now.getTime() - told.at.getTime() >= reminderAfter(told.reminders);
  return isAwake || isTime ? 'reminder' : null;
}

/** What a channel has heard once this event is told. */
export function toldAfter(told: Told | null, event: AlertEvent, now: Date): Told {
  if (event === 'opened') return { at: now, reminders: 0, isOver: false };
  if (event === 'reminder') return { at: now, reminders: (told?.reminders ?? 0) + 1, isOver: false };
  return { at: told?.at ?? now, reminders: told?.reminders ?? 0, isOver: true };
}

export interface ChannelPace {
  /** After a message, what comes is collected for so long. */
  readonly groupSeconds: number;
  /** Messages in any hour, at the most. */
  readonly perHour: number;
}

export type Pace = 'send' | 'collect' | 'hold';

/** @param sent when the channel's messages of the last hour were made, in any order */
export function paceOf({ groupSeconds, perHour }: ChannelPace, sent: readonly Date[], now: Date): Pace {
  const lately = sent.filter((at) => now.getTime() - at.getTime() < HOUR);
  if (lately.length >= perHour) return 'hold';
  const isClose = lately.some((at) => now.getTime() - at.getTime() < groupSeconds * 1_000);
  return isClose ? 'collect' : 'send';
}

const BACK_OFF_SECONDS = [30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800] as const;

/** A message is tried nine times over some sixteen hours. Null: it is given up. */
export function retryAfter(attempts: number): number | null {
  return BACK_OFF_SECONDS[attempts - 1] ?? null;
}
