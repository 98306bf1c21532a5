import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MiddleError } from '@middle/core/errors.ts';
import { WEBHOOK_METHODS } from '@middle/core/manifest.ts';
import type { WebhookDefinition } from '@middle/core/manifest.ts';
import { claimedConnection, isWebhookToken, WEBHOOK_ADDRESS_PURPOSE } from '@middle/core/webhook-address.ts';
import { uuidv7 } from '@middle/store/uuid.ts';
import { findReceiver, storeRequest } from '@middle/store/webhooks/receive.ts';
import type { Receiver } from '@middle/store/webhooks/receive.ts';
import type { Deps } from '../deps.ts';
import { Allowance } from '../http/allowance.ts';
import { closeOtherMethods } from '../http/doors.ts';
import { tooMany } from '../real-time/authenticate.ts';
import { challengeAnswer } from './challenge.ts';
import { listsOf } from './content.ts';
import type { RequestContent } from './content.ts';

/** What most providers send at the most is far below. */
const BODY_MAX_BYTES = 1_048_576;
/** A body that comes more slowly than this is somebody holding the door. */
const BODY_MILLISECONDS = 15_000;
/** What waits for one connection to be processed. Beyond that the provider keeps it and comes again. */
const WAITING_MOST = 10_000;
const WAITING_MOST_BYTES = 268_435_456;
/** Requests with a wrong token from one address. */
const WRONG_PER_MINUTE = 120;

/** About as many as one connection's function takes in a second. */
const PROCESSED_PER_SECOND = 10;
const RETRY_SECONDS_MOST = 900;

interface Target {
  readonly receiver: Receiver;
  readonly webhook: WebhookDefinition;
}

/**
 * Where outside systems send to. A request is answered with 202 once it is stored; what it means is found out later, in a
 * sandbox. The token in the address says for which connection it is, and is looked at before the body is read.
 */
export async function addWebhooks(
  app: FastifyInstance,
  deps: Deps,
  bodyMilliseconds = BODY_MILLISECONDS,
): Promise<void> {
  const wrong = new Allowance();
  const tokenKey = deps.keys.derive(WEBHOOK_ADDRESS_PURPOSE);
  tokenKey.catch(() => {});
  const targets = new WeakMap<FastifyRequest, Target>();
  await app.register(async (door) => {
    door.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer' as const, bodyLimit: BODY_MAX_BYTES };
    door.addContentTypeParser('*', options, (_request, body, done) => done(null, body));
    door.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store');
      targets.set(request, await targetOf(deps, await tokenKey, wrong, request));
      hurry(request, reply, bodyMilliseconds);
    });
    door.route({
      method: [...WEBHOOK_METHODS],
      url: '/hooks/:token/:webhook',
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        const target = targets.get(request);
        if (target === undefined) throw nothingHere();
        return receive(deps, target, request, reply);
      },
    });
  });
  closeOtherMethods(app, '/hooks', [{ pattern: /^\/hooks\/[^/]+\/[^/]+$/, methods: WEBHOOK_METHODS }]);
}

async function receive(
  deps: Deps,
  { receiver, webhook }: Target,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  const query = listsOf(new URLSearchParams(request.url.split('?').slice(1).join('?')));
  const answer = challengeAnswer(webhook, query, body);
  if (answer !== null) return reply.type('text/plain; charset=utf-8').send(answer);
  if (!webhook.methods.some((method) => method === request.method)) {
    throw new MiddleError('method_not_allowed', `this webhook takes ${webhook.methods.join(', ')}`, {
      data: { allow: webhook.methods },
    });
  }
  const content: RequestContent = {
    method: request.method,
    headers: headersOf(request),
    query,
    body: Buffer.from(body).toString('base64'),
  };
  const id = uuidv7(deps.clock.now());
  const sealed = await deps.keys.seal(Buffer.from(JSON.stringify(content)), `webhook_request:${id}`);
  const { connectionId } = receiver;
  const { method } = request;
  await storeRequest(deps.database, {
    id,
    connectionId,
    webhook: webhook.key,
    method,
    bytes: body.length,
    sealed,
  });
  return reply.code(202).send({ id });
}

/** @throws MiddleError not_found alike for a token that is wrong and a webhook that there is not; too_many_requests */
async function targetOf(
  deps: Deps,
  tokenKey: Uint8Array,
  wrong: Allowance,
  request: FastifyRequest,
): Promise<Target> {
  const { token = '', webhook: key = '' }: Record<string, string> = Object(request.params);
  const connectionId = claimedConnection(token);
  const found = connectionId === null ? null : await findReceiver(deps.database, connectionId, WAITING_MOST);
  const receiver =
    found !== null && isWebhookToken(tokenKey, token, found.connectionId, found.generations) ? found : null;
  const webhook = receiver?.webhooks.find((one) => one.key === key);
  if (receiver === null || webhook === undefined) {
    const wait = wrong.take(request.ip, WRONG_PER_MINUTE, deps.clock.now().getTime());
    throw wait === null ? nothingHere() : tooMany('too many requests for what there is not', wait);
  }
  const { waiting, waitingBytes } = receiver;
  if (waiting >= WAITING_MOST || waitingBytes >= WAITING_MOST_BYTES) {
    const seconds = Math.min(Math.ceil(waiting / PROCESSED_PER_SECOND), RETRY_SECONDS_MOST);
    throw tooMany(`${waiting} requests wait to be processed`, Math.max(seconds, 1));
  }
  return { receiver, webhook };
}

function nothingHere(): MiddleError {
  return new MiddleError('not_found', 'there is nothing here', {
    hint: 'The address of a webhook is shown on the page of its connection.',
  });
}

/** Closes the connection of who sends its body too slowly. */
function hurry(request: FastifyRequest, reply: FastifyReply, milliseconds: number): void {
  const { socket } = request.raw;
  const timer = setTimeout(() => {
    socket.end('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    socket.destroySoon();
  }, milliseconds);
  const done = (): void => clearTimeout(timer);
  request.raw.once('end', done);
  reply.raw.once('close', done);
}

/** By names in lower case, each with all its values. Node has capped their size. */
function headersOf({ raw }: FastifyRequest): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(raw.headersDistinct).map(([name, values]) => [name, values ?? []]),
  );
}
