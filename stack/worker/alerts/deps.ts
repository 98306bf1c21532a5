import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { Keys } from '@middle/cloud/ports/keys.ts';
import type { Machine } from '@middle/cloud/ports/machine.ts';
import type { Queue } from '@middle/cloud/ports/queue.ts';
import type { Log } from '@middle/core/log.ts';
import type { Database } from '@middle/store/database.ts';

export interface AlertDeps {
  readonly database: Database;
  readonly queues: {
    list(): Promise<readonly string[]>;
    open(appKey: string): Pick<Queue, 'stats'>;
  };
  readonly machine: Machine;
  readonly keys: Pick<Keys, 'open'>;
  readonly clock: Clock;
  readonly log: Log;
}
