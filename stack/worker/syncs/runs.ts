import type { FunctionCall, FunctionEnd, Functions } from '@middle/cloud/ports/functions.ts';
import type { Queues } from '@middle/cloud/ports/queue.ts';
import { settingsOf } from '@middle/core/auth-headers.ts';
import { messageOf, MiddleError } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import type { InvocationOutcome, RunError } from '@middle/core/run-outcome.ts';
import { signToken, TOKEN_PURPOSE } from '@middle/core/token.ts';
import { endInvocation, renewRun } from '@middle/store/run-claims.ts';
import type { Beat, ClaimedRun, InvocationEnd } from '@middle/store/run-claims.ts';
import type { Listener } from '@middle/store/listen.ts';
import { readBundle, readConnectionContext } from '@middle/store/run-context.ts';
import { findSync } from '@middle/core/sync-plan.ts';
import { readRecordType } from '@middle/store/run-settle.ts';
import { hasMessages } from './backlog.ts';
import { policyOf, readCredentials } from './credentials.ts';
import type { CredentialsDeps } from './credentials.ts';

export interface RunsDeps extends CredentialsDeps {
  readonly functions: Functions;
  readonly queues: Queues;
  readonly listener: Pick<Listener, 'on'>;
  readonly log: Log;
  readonly leaseSeconds: number;
}

/** Messages may wait in the queue long after their function ended; the token must outlive them. */
const TOKEN_SECONDS = 24 * 3_600;
const OUTPUT_MAX_BYTES = 1_073_741_824;
const RECORDS_MAX = 10_000_000;
const DEFAULTS = { timeout: 900, memoryMegabytes: 256 };

/** Runs the function of a claimed run to its end, under its lease. Never throws for what the function did. */
export async function executeRun(deps: RunsDeps, run: ClaimedRun, stopping: AbortSignal): Promise<void> {
  const { database, log, leaseSeconds } = deps;
  const killing = new AbortController();
  let beat: Beat = 'go_on';
  let app: string | null = null;
  const renew = async (): Promise<void> => {
    const told = await renewRun(database, run, leaseSeconds);
    if (told === 'go_on' || killing.signal.aborted) return;
    if (told === 'stalled' && app !== null && (await hasMessages(deps.queues, app))) return;
    beat = told;
    killing.abort();
  };
  const beatNow = (): void => void renew().catch(() => {});
  const heart = setInterval(beatNow, (leaseSeconds * 1_000) / 4);
  // Who asks to cancel notifies: the function is killed at once, not at the next beat.
  const unlisten = deps.listener.on('middle_sync', beatNow);
  let end: InvocationEnd;
  try {
    const call = await callOf(deps, run);
    app = call.app;
    // A worker that stops leaves its run to the next one: the messages sent so far count.
    end = endOf(
      await deps.functions.invoke(call, AbortSignal.any([killing.signal, stopping])),
      run,
      beat,
      stopping.aborted,
    );
  } catch (error) {
    end = neverStarted(error);
  } finally {
    unlisten();
    clearInterval(heart);
  }
  const kept = await endInvocation(database, run, end);
  log({
    level: end.outcome === 'ok' || end.outcome === 'cancelled' ? 'info' : 'warn',
    code: kept ? 'syncs.invocation_ended' : 'syncs.invocation_overtaken',
    message: kept ? `the function ended: ${end.outcome}` : 'another worker has this run now',
    data: {
      run: run.runId,
      invocation: run.invocationId,
      outcome: end.outcome,
      records: end.records,
      error: end.error,
    },
  });
}

async function callOf(deps: RunsDeps, run: ClaimedRun): Promise<FunctionCall> {
  const { database, keys, clock } = deps;
  const context = await readConnectionContext(database, run.connectionId);
  const { recordType, functionKey } = await readRecordType(database, run.runId);
  const bundle = await readBundle(database, context.versionId, functionKey);
  if (bundle === null) {
    throw new MiddleError(
      'package_invalid',
      `this version of ${context.appKey} has no function ${functionKey}`,
    );
  }
  const { auth, values, headers } = await readCredentials(deps, context);
  const definition = findSync(context.manifest, recordType, run.kind);
  const limits = { ...DEFAULTS, ...definition };
  const claims = {
    app: context.appKey,
    version: context.versionId,
    connection: run.connectionId,
    invocation: run.invocationId,
    expires: Math.floor(clock.now().getTime() / 1_000) + limits.timeout + TOKEN_SECONDS,
  };
  return {
    ...claims,
    token: signToken(claims, await keys.derive(TOKEN_PURPOSE)),
    engine: bundle.engine,
    bundle: { digest: bundle.digest, code: bundle.code },
    kind: 'sync',
    input: run.input,
    cursor: run.cursor ?? null,
    settings: auth === null ? {} : settingsOf(auth, values),
    egress: { ...policyOf(context), headers },
    limits: {
      wallSeconds: limits.timeout,
      memoryMegabytes: limits.memoryMegabytes,
      outputBytes: OUTPUT_MAX_BYTES,
      records: RECORDS_MAX,
    },
  };
}

function endOf(end: FunctionEnd, { stallSeconds }: ClaimedRun, beat: Beat, stopping: boolean): InvocationEnd {
  const { messages, records, milliseconds, start } = end;
  const figures = { messages, records, milliseconds, start };
  if (end.outcome === 'returned') return { ...figures, outcome: 'ok', error: null };
  if (beat === 'cancelled') return { ...figures, outcome: 'cancelled', error: end.error };
  if (beat === 'stalled') {
    const error = {
      code: 'sync_stalled',
      message: `it emitted no record and told of no progress for ${stallSeconds} seconds`,
      fault: 'developer',
      hint: 'See in its log where it waits. A sync that needs longer between its pages can have a longer limit.',
    } as const;
    return { ...figures, outcome: 'developer_error', error };
  }
  if (stopping || end.outcome === 'lost') {
    const error = { code: 'function_lost', message: 'its worker stopped', fault: 'platform' } as const;
    return { ...figures, outcome: 'restarted', error };
  }
  return { ...figures, outcome: outcomeOf(end.error), error: end.error };
}

/** What went wrong before the function could start, such as rejected credentials. */
function neverStarted(thrown: unknown): InvocationEnd {
  const error: RunError =
    thrown instanceof MiddleError
      ? { code: thrown.code, message: thrown.message, fault: thrown.fault, hint: thrown.hint }
      : { code: 'internal', message: messageOf(thrown), fault: 'platform' };
  return { outcome: outcomeOf(error), error, messages: 0, records: 0, milliseconds: 0, start: 'cold' };
}

function outcomeOf(error: Pick<RunError, 'fault'> | null): InvocationOutcome {
  if (error?.fault === 'user') return 'user_error';
  return error?.fault === 'developer' ? 'developer_error' : 'platform_error';
}
