import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MiddleError } from '@middle/core/errors.ts';
import { findCalled } from '@middle/store/real-time/calls.ts';
import { listEndpoints } from '@middle/store/real-time/endpoints.ts';
import type { ApiKeyHolder } from '@middle/store/real-time/keys.ts';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { Allowance } from '../http/allowance.ts';
import { closeOtherMethods, hangUp } from '../http/doors.ts';
import { executionAnswer, failedProblem, stateAddress } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { describeEndpoints } from './describe.ts';
import { Endings } from './endings.ts';
import { callerName, mayCall, startCall } from './start-call.ts';
import type { StartedCall } from './start-call.ts';

/** What an execution's input may hold is a megabyte with all the rest of it. */
const BODY_MAX_BYTES = 262_144;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * The real-time API: what programs of others call. It is no part of the management API (its paths, its keys and its
 * changes are others'), so a proxy can offer `/run` to the world and keep `/api` and the portal inside. No cookie is
 * looked at here.
 */
export async function addRealTimeApi(app: FastifyInstance, deps: Deps, draining: AbortSignal): Promise<void> {
  const endings = new Endings(deps.database, deps.log);
  const who = {
    database: deps.database,
    now: () => deps.clock.now().getTime(),
    calls: new Allowance(),
    wrong: new Allowance(),
  };
  const holders = new WeakMap<FastifyRequest, ApiKeyHolder>();
  app.addHook('onClose', () => endings.close());
  await app.register(async (door) => {
    door.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer' as const, bodyLimit: BODY_MAX_BYTES };
    door.addContentTypeParser('application/json', options, (_request, body, done) => done(null, body));
    // Before the body is read: who has no key makes us hold none.
    door.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store');
      holders.set(request, await authenticate(who, request, reply));
    });
    door.post('/run/:account/:name', async (request, reply) => {
      const { account, name } = pathOf(request);
      const holder = holderOf(holders, request);
      const idempotencyKey = idempotencyKeyOf(request);
      const body = bytesOf(request.body);
      const started = await startCall(deps, { holder, account, name, body, idempotencyKey });
      reply.header('execution-id', started.executionId);
      const wait = waitOf(started, request);
      const ended = wait === 0 ? null : await endings.of(started.executionId, wait, hangUp(reply, draining));
      if (ended === null) return later(deps, account, holder, started, reply);
      if (ended.state === 'succeeded') return reply.send(ended.output ?? {});
      const problem = failedProblem(ended, request.id);
      return reply
        .code(problem.status)
        .header('content-type', 'application/problem+json; charset=utf-8')
        .send(JSON.stringify(problem));
    });
    door.get('/run/:account/executions/:id', { exposeHeadRoute: false }, async (request, reply) => {
      const { account, id } = pathOf(request);
      const holder = holderOf(holders, request);
      const execution =
        account === holder.accountKey && z.uuid().safeParse(id).success
          ? await findCalled(deps.database, id, callerName(holder))
          : null;
      if (execution === null) {
        throw new MiddleError('not_found', `this key started no execution ${id}, or it is no longer kept`);
      }
      return reply.send(executionAnswer(account, execution));
    });
    door.get('/run/:account/openapi.json', { exposeHeadRoute: false }, async (request, reply) => {
      const { account } = pathOf(request);
      const holder = holderOf(holders, request);
      if (account !== holder.accountKey) {
        throw new MiddleError('not_found', `this key is of no account ${account}`);
      }
      const endpoints = await listEndpoints(deps.database, holder.accountId);
      const described = { key: holder.accountKey, name: holder.accountName };
      const own = endpoints.filter((endpoint) => mayCall(holder, endpoint));
      return reply.send(await describeEndpoints(deps.database, described, own));
    });
  });
  closeOtherMethods(app, '/run', [
    { pattern: /^\/run\/[^/]+\/openapi\.json$/, methods: ['GET'] },
    { pattern: /^\/run\/[^/]+\/executions\/[^/]+$/, methods: ['GET'] },
    { pattern: /^\/run\/[^/]+\/[^/]+$/, methods: ['POST'] },
  ]);
}

/** The execution goes on without anybody waiting for it. */
async function later(
  deps: Deps,
  account: string,
  holder: ApiKeyHolder,
  { executionId }: StartedCall,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const execution = await findCalled(deps.database, executionId, callerName(holder));
  if (execution === null) {
    throw new MiddleError('not_found', `the execution ${executionId} is no longer kept`, {
      hint: 'The idempotency key was used before. Take a new one to start another execution.',
    });
  }
  return reply
    .code(202)
    .header('location', stateAddress(account, executionId))
    .header('retry-after', '1')
    .send(executionAnswer(account, execution));
}

/** How many milliseconds this caller waits; a caller may want less than the endpoint gives (RFC 7240). */
function waitOf({ endpoint }: StartedCall, request: FastifyRequest): number {
  if (endpoint.mode === 'async') return 0;
  const prefer = [request.headers['prefer'] ?? ''].flat().join(',');
  if (/(?:^|,)\s*respond-async\s*(?:[,;]|$)/i.test(prefer)) return 0;
  const [, seconds] = /(?:^|,)\s*wait\s*=\s*(\d{1,6})\s*(?:[,;]|$)/i.exec(prefer) ?? [];
  return Math.min(Number(seconds ?? Infinity), endpoint.timeLimitSeconds) * 1_000;
}

/** @throws MiddleError request_invalid */
function idempotencyKeyOf(request: FastifyRequest): string | null {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return null;
  const key = [given].flat().join(',');
  if (IDEMPOTENCY_KEY.test(key)) return key;
  throw new MiddleError('request_invalid', 'Idempotency-Key: must be 1 to 255 visible ASCII characters', {
    data: {
      errors: [{ path: 'header.Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }],
    },
  });
}

function pathOf(request: FastifyRequest): { account: string; name: string; id: string } {
  const { account = '', name = '', id = '' }: Record<string, string> = Object(request.params);
  return { account, name, id };
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}

function holderOf(holders: WeakMap<FastifyRequest, ApiKeyHolder>, request: FastifyRequest): ApiKeyHolder {
  const holder = holders.get(request);
  if (holder === undefined) throw new MiddleError('api_key_invalid', 'there is no API key');
  return holder;
}
