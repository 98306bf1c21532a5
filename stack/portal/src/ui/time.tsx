import { useSyncExternalStore } from 'react';
import { formatDateTime, formatMilliseconds, formatRelative } from './format.ts';
import { Tooltip } from './tooltip.tsx';

/** One timer for every clock on the page. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** “3 min. ago”; the exact moment, in local time and UTC, on hover. */
export function RelativeTime({ at }: { readonly at: string | null | undefined }) {
  const current = useNow();
  if (at === null || at === undefined) return <span className="faint">never</span>;
  const date = new Date(at);
  return (
    <Tooltip text={`${formatDateTime(date)} · ${date.toISOString()}`}>
      <time dateTime={at} className="num nowrap">
        {formatRelative(date, Math.max(current, Date.now() - 1000))}
      </time>
    </Tooltip>
  );
}

/** When something will be; what is late is due. */
export function Upcoming({ at }: { readonly at: string }) {
  const current = useNow();
  if (Date.parse(at) <= current + 1000) return <span>Due now</span>;
  return (
    <span>
      Next <RelativeTime at={at} />
    </span>
  );
}

/** How long something took, or has taken until now. */
export function Duration({ from, to }: { readonly from: string | null; readonly to: string | null }) {
  return to === null && from !== null ? <Running from={from} /> : <Fixed from={from} to={to} />;
}

function Running({ from }: { readonly from: string }) {
  const current = Math.max(useNow(), Date.now() - 1000);
  return (
    <span className="num nowrap">
      {formatMilliseconds(Math.max(0, Math.floor((current - Date.parse(from)) / 1000) * 1000))}
    </span>
  );
}

function Fixed({ from, to }: { readonly from: string | null; readonly to: string | null }) {
  if (from === null || to === null) return <span className="faint">—</span>;
  return <span className="num nowrap">{formatMilliseconds(Date.parse(to) - Date.parse(from))}</span>;
}
