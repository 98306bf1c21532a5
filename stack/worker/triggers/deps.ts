import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { Keys } from '@middle/cloud/ports/keys.ts';
import type { Log } from '@middle/core/log.ts';
import type { Database } from '@middle/store/database.ts';
import type { Listener } from '@middle/store/listen.ts';
import type { NamingSearch } from '@middle/store/executions/related.ts';

export interface TriggerDeps {
  readonly database: Database;
  readonly listener: Listener;
  /** Finds the records that name another one. */
  readonly search: NamingSearch;
  /** Seals the inputs that a workflow declares as protected. */
  readonly keys: Pick<Keys, 'seal'>;
  readonly clock: Clock;
  readonly log: Log;
  /** This process's name, unique among those of the stack. */
  readonly worker: string;
  readonly leaseSeconds?: number;
  readonly pollMilliseconds?: number;
}
