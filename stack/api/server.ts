import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EndpointName } from '@middle/contract/client.ts';
import { API_PREFIX } from '@middle/contract/endpoint.ts';
import { endpoints } from '@middle/contract/endpoints.ts';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import type { Deps } from './deps.ts';
import { handlers } from './handlers.ts';
import { addFiles } from './exports/door.ts';
import { addDocs } from './http/docs.ts';
import { addEndpoint } from './http/endpoint-route.ts';
import type { AnyHandler, ServerOptions } from './http/endpoint-route.ts';
import { addProbes } from './http/probes.ts';
import { closeDoors } from './http/preview.ts';
import { asMiddleError, problemOf } from './http/problems.ts';
import { addSecurity } from './http/security.ts';
import { addPortal } from './http/portal.ts';
import { addRealTimeApi } from './real-time/door.ts';
import { addWebhooks } from './webhooks/door.ts';

/** JSON bodies. A package has its own limit. */
const BODY_MAX_BYTES = 1_048_576;
/** A record's id may be long, and is percent-encoded in the path. */
const PARAM_MAX_LENGTH = 2_000;
const REQUEST_TIMEOUT_MILLISECONDS = 60_000;

const ALLOWED = Object.values(endpoints).map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${API_PREFIX}${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** The whole API as a Fastify instance that does not listen yet. */
export async function createServer(deps: Deps, options: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
    routerOptions: { maxParamLength: PARAM_MAX_LENGTH, querystringParser: parseQuery },
    genReqId: () => randomUUID(),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: true,
    frameworkErrors: (error, request, reply) => void sendProblem(deps, error, request, reply),
  });
  app.setErrorHandler((error, request, reply) => sendProblem(deps, error, request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(deps, missing(request), request, reply));
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  closeWhenIdle(app);
  if (deps.preview !== null) closeDoors(app, deps.preview);
  await addSecurity(app, options);
  addProbes(app, deps);
  addDocs(app, options.release);
  for (const [name, handle] of Object.entries(handlers)) {
    // The type of `handlers` has made sure that each handler fits its endpoint; a loop can't say so.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    addEndpoint(app, deps, options, endpoints[name as EndpointName], handle as AnyHandler);
  }
  await addRealTimeApi(app, deps, options.draining);
  await addWebhooks(app, deps);
  await addFiles(app, deps);
  await addPortal(app, options.portalFolder);
  return app;
}

const IDLE_LOOK_MILLISECONDS = 50;

/**
 * Clients keep connections open after their requests, and browsers open some ahead of any request, which Node does not
 * count as idle. So that neither holds up the end: once no request is under way, all are closed.
 */
function closeWhenIdle(app: FastifyInstance): void {
  let underWay = 0;
  app.server.on('request', (_request, response) => {
    underWay += 1;
    response.once('close', () => (underWay -= 1));
  });
  let timer: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    timer = setInterval(() => {
      if (underWay === 0) app.server.closeAllConnections();
    }, IDLE_LOOK_MILLISECONDS);
    app.server.once('close', () => clearInterval(timer));
  });
}

/** Repeated parameters become lists; the object has no prototype, so `__proto__` is a name like any other. */
function parseQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const [key, value] of new URLSearchParams(text)) {
    const before = query[key];
    if (before === undefined) query[key] = value;
    else if (Array.isArray(before)) before.push(value);
    else query[key] = [before, value];
  }
  return query;
}

function missing(request: FastifyRequest): MiddleError {
  const path = request.url.split('?')[0] ?? '';
  const methods = ALLOWED.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  if (methods.length > 0) {
    return new MiddleError('method_not_allowed', `${request.method} is not known at ${path}`, {
      hint: `It knows ${methods.join(', ')}.`,
      data: { allow: methods },
    });
  }
  return new MiddleError('not_found', `there is nothing at ${path}`, {
    hint: 'The API is described at /api/docs.',
  });
}

function sendProblem(
  deps: Deps,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = asMiddleError(thrown);
  const problem = problemOf(error, request.id);
  // What people switched off is no failure of ours.
  if (problem.status >= 500 && problem.fault !== 'user') {
    const { cause } = error;
    deps.log({
      level: 'error',
      code: `api.${error.code}`,
      message: error.message,
      data: {
        requestId: request.id,
        method: request.method,
        path: request.url.split('?')[0],
        cause: cause instanceof Error ? (cause.stack ?? cause.message) : messageOf(cause),
      },
    });
  }
  if (error.code === 'method_not_allowed' && Array.isArray(error.data['allow'])) {
    reply.header('allow', error.data['allow'].join(', '));
  }
  if (problem.status === 429 && typeof error.data['retryAfterSeconds'] === 'number') {
    reply.header('retry-after', String(error.data['retryAfterSeconds']));
  }
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem));
}
