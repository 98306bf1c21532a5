import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { API_PREFIX } from '@middle/contract/endpoint.ts';
import type { Endpoint } from '@middle/contract/endpoint.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { visibleAccounts } from '@middle/core/permissions.ts';
import type { Call } from '../call.ts';
import type { Deps } from '../deps.ts';
import { checkOrigin, identify } from './caller.ts';
import { hangUp } from './doors.ts';
import { permit } from './permit.ts';
import { refuseChanges } from './preview.ts';
import { limitsOf } from './rate-limits.ts';
import { parseRequest } from './validate.ts';

export interface ServerOptions {
  readonly cliTokenSha256: string;
  readonly release: string;
  readonly portalFolder: string;
  readonly secure: boolean;
  readonly requestsPerMinute: number;
  readonly signInsPerMinute: number;
  /** Aborts when the process drains: streams end then. */
  readonly draining: AbortSignal;
  /** Checks each answer by the contract too. For tests: it costs time, and a caller is not to blame. */
  readonly checkAnswers?: boolean;
}

/** A zip of app files, which the package check limits further once it is read. */
const PACKAGE_MAX_BYTES = 33_554_432;

/** A handler whose endpoint is only known when it runs. */
export type AnyHandler = (call: Call<Endpoint>) => Promise<unknown>;

/** One endpoint of the contract as a route: who, may they, is it right, then the handler. */
export function addEndpoint(
  app: FastifyInstance,
  deps: Deps,
  options: ServerOptions,
  endpoint: Endpoint,
  handle: AnyHandler,
): void {
  const zip = endpoint.consumes === 'application/zip';
  const route = {
    method: endpoint.method,
    url: API_PREFIX + endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    ...(zip ? { bodyLimit: PACKAGE_MAX_BYTES } : {}),
    config: { rateLimit: limitsOf(endpoint, options) },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      // A body of the wrong kind: Fastify lets each route read what any of them reads.
      if (request.body !== undefined && endpoint.body !== undefined && request.body instanceof Uint8Array) {
        throw new MiddleError('media_type_unsupported', 'this endpoint reads application/json');
      }
      if (zip && request.body !== undefined && !(request.body instanceof Uint8Array)) {
        throw new MiddleError('media_type_unsupported', 'this endpoint reads application/zip');
      }
      const headers = headersOf(request);
      checkOrigin(request.method, headers);
      const { caller, cookies } = await identify(deps, options.cliTokenSha256, headers, request.id);
      if (cookies.length > 0) reply.header('set-cookie', [...cookies]);
      const isPublic = endpoint.permission === 'public';
      // Somebody who may not ask is not told what is wrong with the question.
      if (!isPublic && caller.kind === 'nobody') await permit(deps.database, endpoint, caller, {});
      const parsed = parseRequest(endpoint, request);
      const accountId = await permit(deps.database, endpoint, caller, recordOf(parsed.params));
      refuseChanges(deps.preview, endpoint);
      const call = {
        ...parsed,
        deps,
        caller,
        accountId,
        visible: visibleAccounts(caller.access),
        headers,
        setHeader: (name: string, value: string | string[]) => void reply.header(name, value),
        signal: hangUp(reply, options.draining),
      };
      // parseRequest has parsed each part by the endpoint's own schemas.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const result = await handle(call as Call<Endpoint>);
      return answer(endpoint, options, result, reply);
    },
  };
  app.route(route);
}

function answer(
  endpoint: Endpoint,
  options: ServerOptions,
  result: unknown,
  reply: FastifyReply,
): FastifyReply {
  reply.header('cache-control', 'no-store');
  if (endpoint.produces === 'text/event-stream') {
    return reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(isIterable(result) ? result : []));
  }
  if (endpoint.produces !== undefined) return reply.header('content-type', endpoint.produces).send(result);
  if (endpoint.response === undefined) return reply.code(204).send();
  const text = JSON.stringify(result);
  if (options.checkAnswers === true) checkAnswer(endpoint, text);
  return reply
    .code(endpoint.status ?? 200)
    .header('content-type', 'application/json; charset=utf-8')
    .send(text);
}

function checkAnswer(endpoint: Endpoint, text: string): void {
  const checked = endpoint.response?.safeParse(JSON.parse(text));
  if (checked?.success === false) {
    throw new TypeError(
      `${endpoint.method} ${endpoint.path} answers against its contract: ${checked.error.message}`,
    );
  }
}

function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isIterable(value: unknown): value is AsyncIterable<string> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
