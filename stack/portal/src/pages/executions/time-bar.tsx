import type { StepRun } from '../../data/types.ts';
import { formatMilliseconds } from '../../ui/format.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import type { TimeSpan } from './steps.tsx';

/** Queued, ran and stored, drawn to scale beside those of the other steps. */
export function TimeBar({ step, span }: { readonly step: StepRun; readonly span: TimeSpan }) {
  const queued = Date.parse(step.queuedAt);
  const started = Date.parse(step.startedAt);
  const stored = Date.parse(step.storedAt);
  const ran = step.ranAt === null ? stored : Date.parse(step.ranAt);
  const share = (from: number, to: number): string =>
    `${String((Math.max(0, to - from) / (span.to - span.from)) * 100)}%`;
  const text = [
    `queued ${formatMilliseconds(started - queued)}`,
    `ran ${formatMilliseconds(ran - started)}`,
    `stored in ${formatMilliseconds(stored - ran)}`,
  ].join(' · ');
  return (
    <Tooltip text={text}>
      <span className="time-bar" role="img" aria-label={text}>
        <span style={{ width: share(span.from, queued) }} />
        <span className="time-queued" style={{ width: share(queued, started) }} />
        <span className="time-ran" style={{ width: share(started, ran) }} />
        <span className="time-stored" style={{ width: share(ran, stored) }} />
      </span>
    </Tooltip>
  );
}
