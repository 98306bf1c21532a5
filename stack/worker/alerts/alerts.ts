import { messageOf } from '@middle/core/errors.ts';
import { createTransport } from '@middle/functions/egress/hop.ts';
import { noteOutcomes } from '@middle/store/alerts/failures.ts';
import type { Follower } from '../executions/followers.ts';
import { deliverOne } from './deliver.ts';
import type { AlertDeps } from './deps.ts';
import { lookOnce } from './look.ts';

/** Counts which workflows fail. */
export const workflowFailures: Follower = { name: 'alerts', follow: noteOutcomes };

const LOOK_MILLISECONDS = 15_000;
const DELIVER_MILLISECONDS = 2_000;

/** Looks for what is wrong every quarter of a minute, and sends what is to be told of it. */
export function startAlerts(deps: AlertDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const transport = createTransport();
  const repeat = async (milliseconds: number, work: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      try {
        await work();
      } catch (error) {
        if (!signal.aborted) deps.log({ level: 'warn', code: 'alerts.failed', message: messageOf(error) });
      }
      await deps.clock.sleep(milliseconds, signal);
    }
  };
  const running = Promise.all([
    repeat(LOOK_MILLISECONDS, async () => {
      await lookOnce(deps);
    }),
    repeat(DELIVER_MILLISECONDS, async () => {
      while (!signal.aborted && (await deliverOne({ ...deps, transport })));
    }),
  ]);
  return {
    async stop() {
      stopping.abort();
      await running;
      transport.close();
    },
  };
}
