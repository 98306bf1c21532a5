import { messageOf } from '@middle/core/errors.ts';
import type { Listener } from '@middle/store/listen.ts';
import { claimRequests } from '@middle/store/webhooks/process.ts';
import { Waker } from '../wake.ts';
import { runRequest } from './run-request.ts';
import type { RequestDeps } from './run-request.ts';

export interface WebhooksDeps extends Omit<RequestDeps, 'leaseSeconds'> {
  readonly listener: Pick<Listener, 'on'>;
  readonly worker: string;
  /** Requests processed at a time, each of another connection. */
  readonly concurrency?: number;
  readonly leaseSeconds?: number;
  readonly pollMilliseconds?: number;
}

const CONCURRENCY = 4;
/** A worker that went silent for so long has lost its requests. */
const LEASE_SECONDS = 5;
const POLL_MILLISECONDS = 1_000;

/** Turns received requests into records: of each connection one after the other, of several connections at a time. */
export function startWebhooks(deps: WebhooksDeps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const waker = new Waker();
  const unlisten = deps.listener.on('middle_webhook', () => waker.wake());
  const running = new Set<Promise<void>>();
  const run = { ...deps, leaseSeconds: deps.leaseSeconds ?? LEASE_SECONDS };
  const places = deps.concurrency ?? CONCURRENCY;

  const claim = async (): Promise<void> => {
    const limit = places - running.size;
    if (limit <= 0) return;
    const claimed = await claimRequests(deps.database, {
      worker: deps.worker,
      leaseSeconds: run.leaseSeconds,
      limit,
    });
    for (const request of claimed) {
      const processing = runRequest(run, request, signal)
        .catch((error: unknown) => tell(deps, error))
        .finally(() => {
          running.delete(processing);
          waker.wake();
        });
      running.add(processing);
    }
  };

  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      waker.reset();
      try {
        await claim();
      } catch (error) {
        tell(deps, error);
      }
      await waker.sleep(deps.pollMilliseconds ?? POLL_MILLISECONDS, signal);
    }
  };
  const looping = loop();
  return {
    async stop() {
      stopping.abort();
      unlisten();
      await looping;
      await Promise.all(running);
    },
  };
}

function tell({ log }: WebhooksDeps, error: unknown): void {
  log({ level: 'warn', code: 'webhooks.failed', message: messageOf(error) });
}
