import { createHmac, timingSafeEqual } from 'node:crypto';
import { MiddleError } from '@middle/core/errors.ts';
import type { WorkflowDefinition } from '@middle/core/workflow/definition.ts';
import { requireInput } from '@middle/core/workflow/inputs.ts';
import { readDefinition } from '@middle/store/executions/load.ts';
import { sealInput } from '@middle/store/executions/sealed-input.ts';
import { announceExecutions, startExecutions } from '@middle/store/executions/start.ts';
import { findCall, noteCall } from '@middle/store/real-time/calls.ts';
import type { NotedCall } from '@middle/store/real-time/calls.ts';
import { findEndpoint } from '@middle/store/real-time/endpoints.ts';
import type { EndpointView } from '@middle/store/real-time/endpoints.ts';
import type { ApiKeyHolder } from '@middle/store/real-time/keys.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import type { Deps } from '../deps.ts';
import { closedBy } from '../workflow-endpoints/answer.ts';
import { readBody } from './body.ts';

export interface CallRequest {
  readonly holder: ApiKeyHolder;
  readonly account: string;
  readonly name: string;
  readonly body: Uint8Array;
  /** As it was sent; null: the call may not be repeated. */
  readonly idempotencyKey: string | null;
}

export interface StartedCall {
  readonly endpoint: EndpointView;
  readonly executionId: string;
}

/** Starts an execution of the endpoint's workflow, or finds the one that the same call started before. */
export async function startCall(deps: Deps, call: CallRequest): Promise<StartedCall> {
  const endpoint = await callable(deps, call);
  const repeatable = await repeatableCall(deps, call, endpoint);
  // Before anything else is looked at: what was started stays started, whatever has changed since.
  const known = repeatable === null ? null : await knownExecution(deps, repeatable);
  if (known !== null) return { endpoint, executionId: known };
  return { endpoint, executionId: await start(deps, call, endpoint, repeatable) };
}

/** A call that names an idempotency key. */
interface RepeatableCall {
  readonly apiKeyId: string;
  readonly idempotencyKey: string;
  readonly digest: Uint8Array;
}

async function repeatableCall(
  deps: Deps,
  { holder, idempotencyKey, body }: CallRequest,
  endpoint: EndpointView,
): Promise<RepeatableCall | null> {
  if (idempotencyKey === null) return null;
  return { apiKeyId: holder.id, idempotencyKey, digest: await digestOf(deps, endpoint, body) };
}

/** @throws MiddleError idempotency_key_reused */
async function knownExecution(deps: Deps, call: RepeatableCall): Promise<string | null> {
  const noted = await findCall(deps.database, call.apiKeyId, call.idempotencyKey);
  if (noted === null) return null;
  requireSame(noted, call);
  return noted.executionId;
}

async function start(
  deps: Deps,
  call: CallRequest,
  endpoint: EndpointView,
  repeatable: RepeatableCall | null,
): Promise<string> {
  const { workflowId, version } = endpoint;
  const [reason] = closedBy(endpoint);
  if (reason !== undefined || version === null) throw closed(endpoint, reason ?? 'workflow_unpublished');
  const input = readBody(call.body);
  const { inputs } = await definitionOf(deps, workflowId, version);
  requireInput(inputs, input, 'body');
  const id = uuidv7(deps.clock.now());
  const stored = await sealInput(deps.keys, id, inputs, input);
  const startedBy = callerName(call.holder);
  return deps.database.transaction(async (client) => {
    if (repeatable !== null) {
      const noted = await noteCall(client, { ...repeatable, executionId: id });
      requireSame(noted, repeatable);
      if (noted.executionId !== id) return noted.executionId;
    }
    await startExecutions(client, [{ id, workflowId, version, cause: 'api', startedBy, ...stored }]);
    await announceExecutions(client);
    return id;
  });
}

function requireSame(noted: NotedCall, { digest, idempotencyKey }: RepeatableCall): void {
  if (timingSafeEqual(noted.digest, digest)) return;
  throw new MiddleError(
    'idempotency_key_reused',
    `the idempotency key ${idempotencyKey} was used for another endpoint or another body`,
    { hint: 'Take a new key for each new call; the same key is only for repeating the same call.' },
  );
}

/** As executions name it. */
export function callerName(holder: Pick<ApiKeyHolder, 'id'>): string {
  return `key:${holder.id}`;
}

async function callable(deps: Deps, { holder, account, name }: CallRequest): Promise<EndpointView> {
  // What lies in another account is answered like what does not exist.
  const endpoint =
    account === holder.accountKey ? await findEndpoint(deps.database, holder.accountId, name) : null;
  if (endpoint === null) {
    throw new MiddleError('not_found', `there is no endpoint /run/${account}/${name}`, {
      hint: `What this key may call is described at /run/${holder.accountKey}/openapi.json.`,
    });
  }
  if (!mayCall(holder, endpoint)) {
    throw new MiddleError('not_allowed', `this key may not call ${name}`, {
      hint: 'The workflows that a key may call are chosen on the page of the account’s keys.',
    });
  }
  return endpoint;
}

export function mayCall(holder: ApiKeyHolder, { workflowId }: EndpointView): boolean {
  return holder.workflowIds === null || holder.workflowIds.includes(workflowId);
}

const CLOSED = {
  account_off: 'the account is switched off',
  workflow_off: 'its workflow is switched off',
  workflow_unpublished: 'its workflow was never published',
} as const;

function closed({ name }: EndpointView, reason: keyof typeof CLOSED): MiddleError {
  return new MiddleError(reason, `${name} takes no calls: ${CLOSED[reason]}`, {
    hint: 'Nothing was started. Ask the people of the account.',
  });
}

/** Keyed, because the body may hold protected values that could be guessed from a plain digest. */
async function digestOf(deps: Deps, { workflowId }: EndpointView, body: Uint8Array): Promise<Uint8Array> {
  const key = await deps.keys.derive('idempotency');
  return createHmac('sha256', key).update(workflowId).update(body).digest();
}

const DEFINITIONS_MOST = 200;
const definitions = new WeakMap<Deps, Map<string, Promise<WorkflowDefinition>>>();

/** A published version never changes, so it is read once. */
function definitionOf(deps: Deps, workflowId: string, version: number): Promise<WorkflowDefinition> {
  const kept = definitions.get(deps) ?? new Map<string, Promise<WorkflowDefinition>>();
  definitions.set(deps, kept);
  const key = `${workflowId}/${version}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const read = readDefinition(deps.database, workflowId, version);
  read.catch(() => kept.delete(key));
  if (kept.size >= DEFINITIONS_MOST) kept.clear();
  kept.set(key, read);
  return read;
}
