import type { z } from 'zod';
import type { CallOutput, Endpoint, EndpointInput } from '@middle/contract/endpoint.ts';
import type { Access } from '@middle/core/permissions.ts';
import type { Actor } from '@middle/store/audit.ts';
import type { Deps } from './deps.ts';

/** Who asks. Nobody has no access at all. */
export interface Caller extends Actor {
  readonly kind: 'person' | 'cli' | 'nobody';
  readonly personId: string | null;
  /** Of the session cookie, when there is one. */
  readonly sessionToken: string | null;
  readonly access: Access;
}

/** One request to one endpoint, checked: parsed by the contract, permitted by the table. */
export interface Call<E extends Endpoint> extends EndpointInput<E> {
  readonly deps: Deps;
  readonly caller: Caller;
  /** The account that the subject of the path belongs to; empty when the path names no such subject. */
  readonly accountId: string;
  /** The accounts whose data the caller sees; null means all. Lists filter by it. */
  readonly visible: readonly string[] | null;
  /** As they came, for the sign-in library. */
  readonly headers: Headers;
  /** For the answer. */
  readonly setHeader: (name: string, value: string | string[]) => void;
  /** Aborts when the client hangs up or the process drains. */
  readonly signal: AbortSignal;
}

/** What a handler may return where the wire has T: JSON turns dates into text. */
export type Sendable<T> = T extends string
  ? string extends T
    ? T | Date
    : T
  : T extends readonly (infer Item)[]
    ? readonly Sendable<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: Sendable<T[K]> }
      : T;

type Result<E extends Endpoint> = E extends { readonly produces: 'text/event-stream' }
  ? AsyncIterable<string>
  : E extends { readonly produces: string }
    ? Uint8Array
    : E['response'] extends z.ZodType
      ? Sendable<CallOutput<E>>
      : void;

export type Handler<E extends Endpoint> = (call: Call<E>) => Promise<Result<E>>;

/** Names the endpoint that a handler serves, for its types only. */
export function handler<E extends Endpoint>(_endpoint: E, handle: Handler<E>): Handler<E> {
  return handle;
}
