import type { Blobs } from '@middle/cloud/ports/blobs.ts';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { Keys } from '@middle/cloud/ports/keys.ts';
import type { Logs } from '@middle/cloud/ports/logs.ts';
import type { Queues } from '@middle/cloud/ports/queue.ts';
import type { Search } from '@middle/cloud/ports/search.ts';
import type { Log } from '@middle/core/log.ts';
import type { Database } from '@middle/store/database.ts';
import type { SignIn } from './sign-in/sign-in.ts';

/** Everything the handlers work with; main.ts chooses the world. */
export interface Deps {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly logs: Logs;
  readonly queues: Queues;
  readonly search: Search;
  readonly clock: Clock;
  readonly log: Log;
  readonly signIn: SignIn;
  readonly release: string;
  readonly dataFolder: string | null;
  readonly controlSocket: string | null;
  /** Of a stack that only shows what was: the moment. Nothing is changed then, and nothing begun. */
  readonly preview: string | null;
}
