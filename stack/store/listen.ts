import { Client } from 'pg';
import type { Log } from '@middle/core/log.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { Database } from './database.ts';

/**
 * The channels of pg_notify inside a stack. A notification only says "look": it may come twice, and it is lost while
 * nobody listens, so each listener also looks at intervals.
 */
export const CHANNELS = [
  'middle_change',
  'middle_execution',
  'middle_execution_ended',
  'middle_job',
  'middle_queue',
  'middle_settle',
  'middle_sync',
  'middle_webhook',
] as const;
export type Channel = (typeof CHANNELS)[number];

export interface Listener {
  /** `heard` must not throw. Returns how to stop hearing. */
  on(channel: Channel, heard: (payload: string) => void): () => void;
  close(): Promise<void>;
}

const RECONNECT_MILLISECONDS = { first: 100, most: 5_000 };

/**
 * One connection that listens for a whole process: each backend of Postgres costs megabytes. It connects again after
 * a break and then calls every listener with an empty payload, because something may have been missed.
 */
export function openListener(database: Database, log: Log): Listener {
  const heard = new Map<string, Set<(payload: string) => void>>();
  let client: Client | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let wait = RECONNECT_MILLISECONDS.first;

  const tell = (channel: string, payload: string): void => {
    for (const listener of heard.get(channel) ?? []) listener(payload);
  };
  const again = (): void => {
    if (closed || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      connecting = connect();
    }, wait);
    wait = Math.min(wait * 2, RECONNECT_MILLISECONDS.most);
  };
  const connect = async (): Promise<void> => {
    const { options } = database.pool;
    // The pool hides its password from enumeration, so a spread alone would lose it.
    const fresh = new Client({ ...options, password: options.password, keepAlive: true });
    fresh.on('notification', ({ channel, payload }) => tell(channel, payload ?? ''));
    fresh.on('error', () => {});
    fresh.once('end', () => {
      if (client === fresh) client = null;
      again();
    });
    try {
      await fresh.connect();
      for (const channel of CHANNELS) await fresh.query(`listen ${channel}`);
    } catch (error) {
      log({ level: 'warn', code: 'listen.failed', message: messageOf(error) });
      await fresh.end().catch(() => {});
      again();
      return;
    }
    if (closed) {
      await fresh.end();
      return;
    }
    client = fresh;
    wait = RECONNECT_MILLISECONDS.first;
    for (const channel of CHANNELS) tell(channel, '');
  };
  let connecting = connect();

  return {
    on(channel, listener) {
      const listeners = heard.get(channel) ?? new Set();
      heard.set(channel, listeners.add(listener));
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await connecting.catch(() => {});
      await client?.end().catch(() => {});
    },
  };
}
