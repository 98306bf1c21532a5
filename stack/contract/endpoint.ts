import type { ErrorCode } from '@middle/core/error-codes.ts';
import type { Permission } from '@middle/core/permissions.ts';
import type { z } from 'zod';

export const API_PREFIX = '/api/v1';

/** `public`: nobody need be signed in. `signed_in`: any person. Else the table in core/permissions.ts decides. */
export type EndpointPermission = Permission | 'public' | 'signed_in';

/** An endpoint as data: the source of validation, of the OpenAPI document and of the typed client. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** OpenAPI's form, below API_PREFIX: `/accounts/{accountId}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly permission: EndpointPermission;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The media type of the request's body when it is not JSON; the handler gets the bytes. */
  readonly consumes?: 'application/zip';
  /** Of the answer when all went well. Absent: 204, no content. */
  readonly response?: z.ZodType;
  /** Default: 200 with a response, else 204. */
  readonly status?: 200 | 201 | 202;
  /** The media type of the answer when it is not JSON. */
  readonly produces?: 'application/zip' | 'application/octet-stream' | 'text/event-stream';
  /** What this endpoint in particular may answer with, beside what every endpoint may. */
  readonly errors?: readonly ErrorCode[];
}

/** Keeps the literal types, so that the client and the handlers know them. */
export function defineEndpoint<const E extends Endpoint>(endpoint: E): E {
  return endpoint;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Given<S> = S extends z.ZodType ? z.input<S> : undefined;

/** What a handler receives: parsed, defaults filled in. */
export interface EndpointInput<E extends Endpoint> {
  readonly params: Parsed<E['params']>;
  readonly query: Parsed<E['query']>;
  readonly body: E extends { readonly consumes: string } ? Uint8Array : Parsed<E['body']>;
}

export type RequiredKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];

/** What a caller gives: only the parts that the endpoint has; the query may be left out when all of it is optional. */
export type CallInput<E extends Endpoint> = (E['params'] extends z.ZodType
  ? { readonly params: Given<E['params']> }
  : unknown) &
  (E['query'] extends z.ZodType
    ? [RequiredKeys<Given<E['query']>>] extends [never]
      ? { readonly query?: Given<E['query']> }
      : { readonly query: Given<E['query']> }
    : unknown) &
  (E extends { readonly consumes: string }
    ? { readonly body: Uint8Array<ArrayBuffer> | Blob }
    : E['body'] extends z.ZodType
      ? { readonly body: Given<E['body']> }
      : unknown);

/** What a call resolves to. */
export type CallOutput<E extends Endpoint> = E extends { readonly produces: string }
  ? Response
  : E['response'] extends z.ZodType
    ? z.output<E['response']>
    : undefined;
