import type { FunctionCall, FunctionEnd, Functions } from '@middle/cloud/ports/functions.ts';
import { settingsOf } from '@middle/core/auth-headers.ts';
import { messageOf, MiddleError } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import type { WebhookDefinition } from '@middle/core/manifest.ts';
import type { InvocationOutcome, RunError } from '@middle/core/run-outcome.ts';
import { signToken, TOKEN_PURPOSE } from '@middle/core/token.ts';
import { decideRequest } from '@middle/core/webhook-outcome.ts';
import { readBundle, readConnectionContext } from '@middle/store/run-context.ts';
import type { ConnectionContext } from '@middle/store/run-context.ts';
import { renewRequest, settleRequest } from '@middle/store/webhooks/process.ts';
import type { ClaimedRequest, RequestEnd } from '@middle/store/webhooks/process.ts';
import { authOf, openValues, policyOf, readCredentials } from '../syncs/credentials.ts';
import type { CredentialsDeps } from '../syncs/credentials.ts';

export interface RequestDeps extends CredentialsDeps {
  readonly functions: Functions;
  readonly log: Log;
  readonly leaseSeconds: number;
}

/** Messages may wait in the queue long after their function ended; the token must outlive them. */
const TOKEN_SECONDS = 24 * 3_600;
const OUTPUT_MAX_BYTES = 67_108_864;
const RECORDS_MAX = 10_000;

/** Runs the function of a claimed request to its end, under its lease. Never throws for what the function did. */
export async function runRequest(
  deps: RequestDeps,
  request: ClaimedRequest,
  stopping: AbortSignal,
): Promise<void> {
  const { database, log, leaseSeconds } = deps;
  const lost = new AbortController();
  const heart = setInterval(
    () =>
      void renewRequest(database, request, leaseSeconds).then(
        (kept) => kept || lost.abort(),
        () => {},
      ),
    (leaseSeconds * 1_000) / 4,
  );
  let end: RequestEnd;
  try {
    const call = await callOf(deps, request);
    const ended = await deps.functions.invoke(call, AbortSignal.any([stopping, lost.signal]));
    end = endOf(ended, request, stopping.aborted);
  } catch (error) {
    end = neverStarted(error, request);
  } finally {
    clearInterval(heart);
  }
  const kept = await settleRequest(database, request, end);
  const state = kept ? (end.decision?.state ?? 'waiting') : 'overtaken';
  log({
    level: state === 'processed' ? 'info' : 'warn',
    code: `webhooks.request_${state}`,
    message: kept ? `a received request is ${state}` : 'another worker has this request now',
    data: {
      request: request.id,
      webhook: request.webhook,
      invocation: request.invocationId,
      records: end.records,
      error: end.error,
    },
  });
}

async function callOf(deps: RequestDeps, request: ClaimedRequest): Promise<FunctionCall> {
  const { database, keys, clock } = deps;
  const context = await readConnectionContext(database, request.connectionId);
  const webhook = webhookOf(context, request.webhook);
  const bundle = await readBundle(database, context.versionId, webhook.function);
  if (bundle === null) {
    throw new MiddleError(
      'package_invalid',
      `this version of ${context.appKey} has no function ${webhook.function}`,
    );
  }
  const auth = authOf(context);
  const values = await openValues(keys, context);
  const claims = {
    app: context.appKey,
    version: context.versionId,
    connection: context.connectionId,
    invocation: request.invocationId,
    expires: Math.floor(clock.now().getTime() / 1_000) + webhook.timeout + TOKEN_SECONDS,
  };
  const secrets = webhook.secrets.flatMap((key) => {
    const value = values[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  const content = await keys.open(request.sealed, `webhook_request:${request.id}`);
  const received: object = JSON.parse(Buffer.from(content).toString());
  return {
    ...claims,
    token: signToken(claims, await keys.derive(TOKEN_PURPOSE)),
    engine: bundle.engine,
    bundle: { digest: bundle.digest, code: bundle.code },
    kind: 'webhook',
    input: { ...received, receivedAt: request.receivedAt.toISOString() },
    cursor: null,
    secrets: Object.fromEntries(secrets),
    settings: auth === null ? {} : settingsOf(auth, values),
    egress: { ...policyOf(context), headers: await headersOf(deps, context) },
    limits: {
      wallSeconds: webhook.timeout,
      memoryMegabytes: webhook.memoryMegabytes,
      outputBytes: OUTPUT_MAX_BYTES,
      records: RECORDS_MAX,
    },
  };
}

/** @throws MiddleError package_invalid when the connection was moved to a version without it */
function webhookOf({ manifest, appKey }: ConnectionContext, key: string): WebhookDefinition {
  // A version that was pushed before there were webhooks has no such list.
  const declared: readonly WebhookDefinition[] | undefined = manifest.webhooks;
  const webhook = declared?.find((one) => one.key === key);
  if (webhook !== undefined) return webhook;
  throw new MiddleError('package_invalid', `this version of ${appKey} has no webhook ${key}`, {
    hint: 'Move the connection to a version that has it, then process the request again.',
  });
}

/** Most webhooks call nobody, so credentials that can't be had now are no reason not to begin. */
async function headersOf(
  deps: RequestDeps,
  context: ConnectionContext,
): Promise<Readonly<Record<string, string>>> {
  try {
    return (await readCredentials(deps, context)).headers;
  } catch (error) {
    if (!(error instanceof MiddleError)) throw error;
    return {};
  }
}

function endOf(ended: FunctionEnd, { attempts }: ClaimedRequest, stopping: boolean): RequestEnd {
  const { messages, records, milliseconds, start, error } = ended;
  const figures = { messages, records, milliseconds, start };
  if (ended.outcome === 'returned') {
    return { ...figures, outcome: 'ok', error: null, decision: decideRequest(attempts, null) };
  }
  // A worker that stops leaves its request to the next one: the messages sent so far count.
  if (stopping) {
    const stopped = { code: 'function_lost', message: 'its worker stopped', fault: 'platform' } as const;
    return { ...figures, outcome: 'restarted', error: stopped, decision: null };
  }
  const told = error ?? { code: 'function_lost', message: 'it ended without a word', fault: 'platform' };
  return { ...figures, outcome: outcomeOf(told), error: told, decision: decideRequest(attempts, told) };
}

/** What went wrong before the function could start. */
function neverStarted(thrown: unknown, { attempts }: ClaimedRequest): RequestEnd {
  const error: RunError =
    thrown instanceof MiddleError
      ? { code: thrown.code, message: thrown.message, fault: thrown.fault, hint: thrown.hint }
      : { code: 'internal', message: messageOf(thrown), fault: 'platform' };
  const decision = decideRequest(attempts, error);
  const figures = { messages: 0, records: 0, milliseconds: 0, start: 'cold' };
  return { ...figures, outcome: outcomeOf(error), error, decision };
}

function outcomeOf({ fault }: Pick<RunError, 'fault'>): InvocationOutcome {
  if (fault === 'user') return 'user_error';
  return fault === 'developer' ? 'developer_error' : 'platform_error';
}
