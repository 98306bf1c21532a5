import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Atlas, Collection } from './atlas.ts';
import { BadCursor } from './atlas.ts';
import { Notices } from './notices.ts';
import { RequestLimit } from './request-limit.ts';
import { createTokens } from './tokens.ts';

export interface AtlasServerOptions {
  readonly atlas: Atlas;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly now: () => Date;
  readonly tokenSeconds?: number;
  readonly requestsPerSecond?: number;
  /** Every so many requests it is "busy": 429 with Retry-After. 0: never. */
  readonly busyEvery?: number;
}

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

/**
 * The Atlas as an HTTP API: OAuth 2 client credentials, pages with a cursor, `modified_since`, 429 with Retry-After; and
 * a board that notices are posted to.
 */
export function createAtlasServer(options: AtlasServerOptions): Server {
  const { atlas, clientId, clientSecret, now, tokenSeconds = 900 } = options;
  const tokens = createTokens({ clientId, clientSecret, seconds: tokenSeconds, now });
  const limit = new RequestLimit(options.requestsPerSecond ?? 50, options.busyEvery ?? 97, now);
  const collections = new Map<string, Collection>(Object.entries(atlas));
  const notices = new Notices(now);

  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://atlas');
    if (url.pathname === '/v1/oauth/token') {
      readBody(request).then(
        (body) => {
          const answer = tokens.issue(request.method ?? '', request.headers.authorization, body);
          return send(response, answer.status, JSON.stringify(answer.body));
        },
        // The client went away in the middle of its request.
        () => response.destroy(),
      );
      return;
    }
    if (url.pathname === '/') {
      send(response, 200, JSON.stringify({ name: 'Atlas', collections: [...collections.keys()] }));
      return;
    }
    if (!tokens.accepts(request.headers.authorization)) {
      response.setHeader('www-authenticate', 'Bearer');
      send(response, 401, problem('invalid_token', 'The access token is missing, unknown or expired.'));
      return;
    }
    const wait = limit.take();
    if (wait > 0) {
      response.setHeader('retry-after', String(wait));
      send(response, 429, problem('too_many_requests', `Come back in ${String(wait)} seconds.`));
      return;
    }
    if (url.pathname === '/v1/notices') {
      void answerNotices(notices, request, response);
      return;
    }
    const [, version, name = '', id, ...more] = url.pathname.split('/');
    const collection = version === 'v1' && more.length === 0 ? collections.get(name) : undefined;
    if (collection === undefined || request.method !== 'GET') {
      send(response, 404, problem('not_found', `There is no ${request.method ?? ''} ${url.pathname}.`));
    } else if (id === undefined) {
      list(response, collection, url.searchParams);
    } else {
      const found = collection.get(decoded(id));
      send(
        response,
        found === null ? 404 : 200,
        found ?? problem('not_found', `There is no ${name} “${id}”.`),
      );
    }
  });
}

/** Text that is no percent encoding names nothing; it must not end the process. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return '';
  }
}

function list(response: ServerResponse, collection: Collection, query: URLSearchParams): void {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  const since = query.get('modified_since');
  const modifiedSince = since === null ? null : new Date(since);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    send(response, 400, problem('bad_request', `limit must be between 1 and ${String(MAX_LIMIT)}.`));
    return;
  }
  if (modifiedSince !== null && Number.isNaN(modifiedSince.getTime())) {
    send(response, 400, problem('bad_request', 'modified_since must be an ISO datetime.'));
    return;
  }
  try {
    const { items, next } = collection.list({ limit, cursor: query.get('cursor'), modifiedSince });
    send(
      response,
      200,
      `{"items":[${items.join(',')}],"next":${JSON.stringify(next)},"total":${String(collection.size)}}`,
    );
  } catch (thrown) {
    if (!(thrown instanceof BadCursor)) throw thrown;
    send(response, 400, problem('bad_request', 'The cursor is not one of ours.'));
  }
}

const NOTICES_SHOWN = 100;

/** GET shows the newest; POST adds one, and needs an Idempotency-Key so that a repeat adds none. */
async function answerNotices(
  notices: Notices,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'GET') {
    send(response, 200, JSON.stringify({ items: notices.list(NOTICES_SHOWN) }));
    return;
  }
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || typeof key !== 'string' || key === '') {
    send(response, 400, problem('bad_request', 'GET the notices, or POST one with an Idempotency-Key.'));
    return;
  }
  const body = await readBody(request).catch(() => null);
  if (body === null) {
    response.destroy();
    return;
  }
  const posted = notices.post(key, body);
  if (posted === null) {
    send(
      response,
      400,
      problem('bad_request', 'A notice has a subject of up to 200 and a text of up to 2,000 characters.'),
    );
  } else send(response, posted.isNew ? 201 : 200, JSON.stringify(posted.notice));
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > 10_000) break;
  }
  return body;
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function problem(error: string, description: string): string {
  return JSON.stringify({ error, error_description: description });
}
