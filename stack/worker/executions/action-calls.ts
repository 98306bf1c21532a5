import type { FunctionEnd, Functions } from '@middle/cloud/ports/functions.ts';
import { settingsOf } from '@middle/core/auth-headers.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { ActionDefinition } from '@middle/core/manifest.ts';
import { signToken, TOKEN_PURPOSE } from '@middle/core/token.ts';
import { readAnswers } from '@middle/store/executions/invocations.ts';
import type { InvocationAnswer } from '@middle/store/executions/invocations.ts';
import { readBundle, readConnectionContext } from '@middle/store/run-context.ts';
import type { Bundle, ConnectionContext } from '@middle/store/run-context.ts';
import { policyOf, readCredentials } from '../syncs/credentials.ts';
import type { CredentialsDeps } from '../syncs/credentials.ts';

export interface ActionCallsDeps extends CredentialsDeps {
  readonly functions: Functions;
}

/** An action of a connection's app, ready to be called. */
export interface PreparedAction {
  readonly definition: ActionDefinition;
  readonly context: ConnectionContext;
  readonly bundle: Bundle;
}

export interface ActionCall {
  readonly invocation: string;
  readonly input: unknown;
  readonly idempotencyKey: string;
  readonly wallSeconds: number;
}

/** Messages may wait in the queue long after their function ended; the token must outlive them. */
const TOKEN_SECONDS = 24 * 3_600;
const OUTPUT_MAX_BYTES = 16_777_216;
/** A connection's version or credentials that change are seen after this long at the latest. */
const FRESH_MILLISECONDS = 2_000;
const PREPARED_MOST = 500;

/** Calls the functions of actions. What they need is kept for a moment: an execution's steps often use the same ones. */
export class ActionCalls {
  readonly #deps: ActionCallsDeps;
  readonly #prepared = new Map<string, { readonly at: number; readonly action: Promise<PreparedAction> }>();
  readonly #bundles = new Map<string, Bundle>();

  constructor(deps: ActionCallsDeps) {
    this.#deps = deps;
  }

  /** @throws MiddleError workflow_invalid when the connection's app version has no such action */
  prepare(connectionId: string, actionKey: string): Promise<PreparedAction> {
    const key = `${connectionId}/${actionKey}`;
    const kept = this.#prepared.get(key);
    if (kept !== undefined && performance.now() - kept.at < FRESH_MILLISECONDS) return kept.action;
    const action = this.#read(connectionId, actionKey);
    action.catch(() => this.#prepared.delete(key));
    if (this.#prepared.size >= PREPARED_MOST) this.#prepared.clear();
    this.#prepared.set(key, { at: performance.now(), action });
    return action;
  }

  async #read(connectionId: string, actionKey: string): Promise<PreparedAction> {
    const { database } = this.#deps;
    const context = await readConnectionContext(database, connectionId);
    const definition = context.manifest.actions.find(({ key }) => key === actionKey);
    if (definition === undefined) {
      const known = context.manifest.actions.map(({ key }) => key).join(', ');
      throw new MiddleError(
        'workflow_invalid',
        `the app ${context.appKey} of this connection has no action "${actionKey}"`,
        { hint: known === '' ? 'Its version has no actions.' : `It has: ${known}.` },
      );
    }
    return { definition, context, bundle: await this.#bundle(context, definition.function) };
  }

  /** A version's functions never change once it is switched on, so what was read once stays right. */
  async #bundle(context: ConnectionContext, functionKey: string): Promise<Bundle> {
    const key = `${context.versionId}/${functionKey}`;
    const bundle =
      this.#bundles.get(key) ?? (await readBundle(this.#deps.database, context.versionId, functionKey));
    if (bundle === null) {
      throw new MiddleError(
        'package_invalid',
        `this version of ${context.appKey} has no function ${functionKey}`,
      );
    }
    if (this.#bundles.size >= PREPARED_MOST) this.#bundles.clear();
    this.#bundles.set(key, bundle);
    return bundle;
  }

  async invoke(
    { definition, context, bundle }: PreparedAction,
    call: ActionCall,
    signal: AbortSignal,
  ): Promise<FunctionEnd> {
    const { keys, functions, clock } = this.#deps;
    const { auth, values, headers } = await readCredentials(this.#deps, context);
    const claims = {
      app: context.appKey,
      version: context.versionId,
      connection: context.connectionId,
      invocation: call.invocation,
      expires: Math.floor(clock.now().getTime() / 1_000) + definition.timeout + TOKEN_SECONDS,
    };
    return functions.invoke(
      {
        ...claims,
        token: signToken(claims, await keys.derive(TOKEN_PURPOSE)),
        engine: bundle.engine,
        bundle: { digest: bundle.digest, code: bundle.code },
        kind: 'action',
        input: call.input,
        cursor: null,
        idempotencyKey: call.idempotencyKey,
        settings: auth === null ? {} : settingsOf(auth, values),
        egress: { ...policyOf(context), headers },
        limits: {
          wallSeconds: call.wallSeconds,
          memoryMegabytes: definition.memoryMegabytes,
          outputBytes: OUTPUT_MAX_BYTES,
          records: 0,
        },
      },
      signal,
    );
  }

  /** What an earlier attempt answered, when all of it has been stored. */
  async answer(invocation: string): Promise<InvocationAnswer | null> {
    const [answer] = await readAnswers(this.#deps.database, [invocation]);
    return answer !== undefined && answer.isWhole ? answer : null;
  }
}
