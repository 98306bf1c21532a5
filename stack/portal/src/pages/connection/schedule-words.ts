import type { Sync } from '../../data/types.ts';
import { formatEvery, formatSpan } from '../../ui/format.ts';

const DAYS = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** A schedule as a person would say it. */
export function scheduleWords(sync: Sync): string {
  if (sync.kind === 'lookup') return 'When a foreign key names a record not seen yet, or by hand';
  if (sync.everySeconds === null) return 'Only by hand';
  const parts = [formatEvery(sync.everySeconds)];
  if (sync.overlapSeconds > 0) parts.push(`looks back ${formatSpan(sync.overlapSeconds)} more`);
  if (sync.catchUp !== null) {
    const { weekday, hour, timeZone, windowDays } = sync.catchUp;
    parts.push(
      `catches up ${String(windowDays)} days on ${DAYS[weekday] ?? ''} at ${String(hour).padStart(2, '0')}:00 ${timeZone}`,
    );
  }
  if (sync.markDeleted) parts.push('marks what vanished as deleted');
  const text = parts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
