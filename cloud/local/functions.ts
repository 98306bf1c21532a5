import type { Log } from '@middle/core/log.ts';
import type { Authorize, EgressLimits } from '@middle/functions/egress/broker.ts';
import { createBroker } from '@middle/functions/egress/broker.ts';
import { denoEngine } from '@middle/functions/host/engine.ts';
import { createFunctionHost } from '@middle/functions/host/host.ts';
import { chooseLauncher } from '@middle/functions/host/launcher.ts';
import type { Clock } from '../ports/clock.ts';
import type { Functions } from '../ports/functions.ts';
import type { Queue } from '../ports/queue.ts';

export interface LocalFunctionsOptions {
  readonly queueOf: (app: string) => Queue;
  /** A directory of ours alone; user code sees its own new directory in it. */
  readonly scratchFolder: string;
  /** Processes started ahead; they are there only while functions run now and then. */
  readonly poolSize: number;
  readonly poolIdleSeconds?: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Fresh headers after a connection's credentials were rejected. */
  readonly authorize: Authorize;
  readonly egressLimits?: Partial<EgressLimits>;
}

/** Functions as sandboxed processes on this machine. */
export async function localFunctions(options: LocalFunctionsOptions): Promise<Functions> {
  const { clock, log, authorize, egressLimits } = options;
  return createFunctionHost({
    ...options,
    poolIdleSeconds: options.poolIdleSeconds ?? 60,
    engine: denoEngine(),
    launcher: await chooseLauncher(),
    broker: createBroker({
      clock,
      log,
      authorize,
      ...(egressLimits === undefined ? {} : { limits: egressLimits }),
    }),
  });
}
