import { streamEvents as endpoint } from '@middle/contract/events/stream-events.ts';
import { accountFilter } from '../accounts/filter.ts';
import { handler } from '../call.ts';
import type { Deps } from '../deps.ts';
import { depthsFor } from '../queues/depths.ts';
import { LiveFeed } from './live-feed.ts';
import type { FeedEvent } from './live-feed.ts';

const KEEP_OPEN_MILLISECONDS = 15_000;
/** Of a watcher that does not read; then the stream ends, and the browser begins a new one. */
const WAITING_MOST = 1_000;

const feeds = new WeakMap<Deps, LiveFeed>();

function feedOf(deps: Deps): LiveFeed {
  const known = feeds.get(deps);
  if (known !== undefined) return known;
  const feed = new LiveFeed(deps, (error) =>
    deps.log({ level: 'warn', code: 'events.look_failed', message: String(error) }),
  );
  feeds.set(deps, feed);
  return feed;
}

export const streamEvents = handler(endpoint, async (call) => {
  const { deps, query, visible, signal, caller } = call;
  const accountId = await accountFilter(call, query.accountId);
  const told = (event: FeedEvent): string | null => {
    if (event.kind === 'queues')
      return textOf({ kind: event.kind, queues: depthsFor(caller.access, event.queues) });
    const of = event.kind === 'run' ? event.run : { ...event, connection: null };
    const wanted =
      (visible === null || visible.includes(of.accountId)) &&
      (accountId === undefined || of.accountId === accountId) &&
      (query.connectionId === undefined || of.connection?.id === query.connectionId);
    return wanted ? textOf(event) : null;
  };
  return stream(feedOf(deps), told, signal);
});

/** Nobody waits to be woken. */
function sleeping(): void {}

async function* stream(
  feed: LiveFeed,
  told: (event: FeedEvent) => string | null,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const waiting: string[] = [': hello\n\n'];
  let wake = sleeping;
  const stop = feed.watch((events) => {
    waiting.push(...events.map(told).filter((text) => text !== null));
    wake();
  });
  const aborted = (): void => wake();
  signal.addEventListener('abort', aborted);
  try {
    while (!signal.aborted && waiting.length <= WAITING_MOST) {
      if (waiting.length > 0) yield waiting.splice(0).join('');
      else if (!(await somethingWithin((resolve) => void (wake = resolve)))) yield ': still here\n\n';
    }
  } finally {
    stop();
    signal.removeEventListener('abort', aborted);
  }
}

function textOf(event: { readonly kind: FeedEvent['kind']; readonly [rest: string]: unknown }): string {
  return `event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** False when nobody woke it for a while. */
function somethingWithin(whenAwake: (resolve: () => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), KEEP_OPEN_MILLISECONDS);
    whenAwake(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
