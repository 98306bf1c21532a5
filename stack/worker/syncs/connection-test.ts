import type { Clock } from '@middle/cloud/ports/clock.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import { createBroker } from '@middle/functions/egress/broker.ts';
import type { Broker } from '@middle/functions/egress/broker.ts';
import { readConnectionContext, setAttention } from '@middle/store/run-context.ts';
import type { JobHandlers } from '../jobs/runner.ts';
import { authorizer, policyOf, readCredentials } from './credentials.ts';
import type { CredentialsDeps } from './credentials.ts';

export interface ConnectionTestDeps extends CredentialsDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** What a person sees after trying a connection that works. */
export interface ConnectionTestResult {
  readonly auth: string | null;
  readonly status: number | null;
  readonly address: string | null;
  readonly milliseconds: number;
  readonly notes: readonly string[];
}

const REJECTED = new Set([401, 403]);
const CALL_SECONDS = 30;

/** For startJobs: connection_test, whose subject is a connection's id. */
export function connectionTestJobs(deps: ConnectionTestDeps): JobHandlers {
  return {
    connection_test: async (job, { signal }) => {
      const broker = createBroker({
        clock: deps.clock,
        log: deps.log,
        authorize: authorizer(deps),
        limits: { callSeconds: CALL_SECONDS, waits: 0 },
      });
      try {
        return await testConnection(deps, broker, job.subject, signal);
      } finally {
        broker.close();
      }
    },
  };
}

/**
 * Opens the credentials, gets an access token where the kind has one, and asks the base address once, through the same
 * broker as the functions. Any answer but a rejection is good: many systems have nothing at their base address.
 * @throws MiddleError credentials_rejected, egress_*
 */
async function testConnection(
  deps: ConnectionTestDeps,
  broker: Broker,
  connectionId: string,
  signal: AbortSignal,
): Promise<ConnectionTestResult> {
  const begun = performance.now();
  const context = await readConnectionContext(deps.database, connectionId);
  const { auth, headers } = await readCredentials(deps, context);
  const policy = { ...policyOf(context), headers };
  const notes: string[] = [];
  const result = { auth: auth?.key ?? null, notes };
  if (policy.baseUrl === null) {
    notes.push('The app has no base address, so only the credentials were looked at.');
    return { ...result, status: null, address: null, milliseconds: Math.round(performance.now() - begun) };
  }
  const session = broker.open({
    connection: connectionId,
    app: context.appKey,
    invocation: 'connection-test',
    policy,
    note: (_level, text) => notes.push(text),
  });
  const status = await session
    .fetch({ method: 'GET', url: policy.baseUrl, headers: [], body: null }, signal)
    .then((answer) => answer.status)
    .catch((error: unknown) => {
      if (error instanceof MiddleError && error.code === 'credentials_rejected') return 401;
      throw error;
    });
  if (REJECTED.has(status)) {
    const message = `The outside system rejected the credentials (${status}).`;
    await setAttention(deps.database, connectionId, message);
    throw new MiddleError('credentials_rejected', message, { hint: 'Fill in its credentials again.' });
  }
  await setAttention(deps.database, connectionId, null);
  return { ...result, status, address: policy.baseUrl, milliseconds: Math.round(performance.now() - begun) };
}
