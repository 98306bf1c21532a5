import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Clock } from '@middle/cloud/ports/clock.ts';
import type { EgressPolicy } from '@middle/cloud/ports/functions.ts';
import { MiddleError } from '@middle/core/errors.ts';
import type { Log } from '@middle/core/log.ts';
import type { LogLevel } from '@middle/core/message.ts';
import type { RateState } from '@middle/core/rate-limit.ts';
import { pause, RATE_START, takeTurn } from '@middle/core/rate-limit.ts';
import { ACCEPT_ENCODING, decodedBody } from './body.ts';
import type { Resolve, Transport } from './hop.ts';
import { createTransport } from './hop.ts';
import type { Allowed } from './policy.ts';
import { absoluteUrl, allowUrl } from './policy.ts';
import { forwardedHeaders, redirectedRequest, responseHeaders } from './headers.ts';
import { retryAfterSeconds } from './retry-after.ts';

/** The only way out for user code: every request of every function passes here. */
export interface Broker {
  open(caller: EgressCaller): EgressSession;
  close(): void;
}

export interface EgressCaller {
  readonly connection: string;
  readonly app: string;
  readonly invocation: string;
  readonly policy: EgressPolicy;
  /** A line in the invocation's own log. */
  readonly note: (level: LogLevel, text: string) => void;
}

export interface EgressSession {
  /** @throws MiddleError egress_*, credentials_rejected, rate_limited */
  fetch(request: EgressRequest, signal: AbortSignal): Promise<EgressAnswer>;
}

export interface EgressRequest {
  readonly method: string;
  /** Absolute, or a path below the base address. */
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | null;
}

export interface EgressAnswer {
  readonly status: number;
  readonly url: string;
  readonly redirected: boolean;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: AsyncIterable<Uint8Array>;
}

/** Fresh headers for a connection whose credentials were rejected; null when there are none to be had. */
export type Authorize = (
  connection: string,
  reason: { readonly rejected: boolean },
) => Promise<Readonly<Record<string, string>> | null>;

export interface EgressLimits {
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** From sending to the last byte of the answer, each hop. */
  readonly callSeconds: number;
  readonly redirects: number;
  /** The longest single wait that a Retry-After may ask for. */
  readonly waitSeconds: number;
  readonly waits: number;
}

export const EGRESS_LIMITS: EgressLimits = {
  requestBytes: 16 * 1024 * 1024,
  responseBytes: 64 * 1024 * 1024,
  callSeconds: 120,
  redirects: 5,
  waitSeconds: 120,
  waits: 6,
};

export interface BrokerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly authorize: Authorize;
  /** How requests are sent; over the network unless told otherwise. */
  readonly transport?: Transport;
  readonly resolve?: Resolve;
  readonly limits?: Partial<EgressLimits>;
}

interface Shared {
  readonly clock: Clock;
  readonly log: Log;
  readonly transport: Transport;
  readonly limits: EgressLimits;
  /** One refresh at a time per connection, however many functions were rejected. */
  readonly refresh: (connection: string) => ReturnType<Authorize>;
  readonly rates: Map<string, RateState>;
}

export function createBroker({ clock, log, authorize, resolve, limits, ...options }: BrokerOptions): Broker {
  const transport = options.transport ?? createTransport(resolve);
  const refreshing = new Map<string, ReturnType<Authorize>>();
  const shared: Shared = {
    clock,
    log,
    transport,
    limits: { ...EGRESS_LIMITS, ...limits },
    rates: new Map(),
    refresh: (connection) => {
      const current = refreshing.get(connection);
      if (current !== undefined) return current;
      const started = authorize(connection, { rejected: true }).finally(() => refreshing.delete(connection));
      refreshing.set(connection, started);
      return started;
    },
  };
  return {
    open: (caller) => openSession(shared, caller),
    close: () => {
      transport.close();
    },
  };
}

/** One invocation's use of the broker; it remembers refreshed credentials. */
function openSession(shared: Shared, caller: EgressCaller): EgressSession {
  let credentials = caller.policy.headers;
  return {
    fetch: async (request, signal) => {
      if ((request.body?.length ?? 0) > shared.limits.requestBytes) {
        throw new MiddleError(
          'egress_limit',
          `A request may have at most ${String(shared.limits.requestBytes)} bytes.`,
        );
      }
      const used = credentials;
      const first = await followed(shared, caller, request, used, signal);
      if (first.answer.status !== 401 || Object.keys(used).length === 0) return finish(shared, first);
      first.answer.drop();
      // Another call of this invocation may have refreshed them meanwhile.
      if (credentials === used) {
        const fresh = await shared.refresh(caller.connection);
        if (fresh === null) throw rejected(first.url);
        credentials = fresh;
        caller.note('info', `${first.url.host} rejected the credentials; they were refreshed.`);
      }
      const second = await followed(shared, caller, request, credentials, signal);
      if (second.answer.status !== 401) return finish(shared, second);
      second.answer.drop();
      throw rejected(second.url);
    },
  };
}

function rejected(url: URL): MiddleError {
  return new MiddleError('credentials_rejected', `${url.host} rejected the connection's credentials.`, {
    hint: 'Check the credentials of the connection.',
  });
}

/** An answer whose audit line is still to be written: when its body ends, or when it is dropped for the next hop. */
interface AuditedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly stream: Readable;
  ended(bytes: number): void;
  drop(): void;
}

interface Followed {
  readonly answer: AuditedAnswer;
  readonly url: URL;
  readonly redirected: boolean;
}

/** Sends a request and follows its redirects; each hop is checked like the first. */
async function followed(
  shared: Shared,
  caller: EgressCaller,
  request: EgressRequest,
  credentials: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Followed> {
  let current: Outgoing = {
    method: request.method.toUpperCase(),
    headers: forwardedHeaders(request.headers),
    body: request.body,
  };
  let target = allowUrl(absoluteUrl(request.url, caller.policy), caller.policy);
  const origin = target.url.origin;
  for (let hops = 0; ; hops += 1) {
    // Credentials belong to the origin that was asked; a redirect to another must not carry them there.
    const added = target.url.origin === origin ? credentials : {};
    const answer = await patiently(
      shared,
      caller,
      target,
      { ...current, headers: { ...current.headers, ...lower(added) } },
      signal,
    );
    const location = answer.headers.location;
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) {
      return { answer, url: target.url, redirected: hops > 0 };
    }
    answer.drop();
    if (hops >= shared.limits.redirects) {
      throw new MiddleError(
        'egress_limit',
        `${target.url.host} redirected more than ${String(shared.limits.redirects)} times.`,
      );
    }
    if (!URL.canParse(location, target.url.href))
      throw new MiddleError('egress_failed', `${target.url.host} redirected to nowhere.`);
    const next = allowUrl(absoluteUrl(new URL(location, target.url).href, caller.policy), caller.policy);
    current = redirectedRequest(current, answer.status, next.url.origin !== target.url.origin);
    target = next;
  }
}

export interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

/** Keeps the connection's rate, and waits when the outside system asks for it. */
async function patiently(
  shared: Shared,
  caller: EgressCaller,
  target: Allowed,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<AuditedAnswer> {
  for (let waits = 0; ; waits += 1) {
    await turnOf(shared, caller, signal);
    const answer = await audited(shared, caller, target, outgoing, signal);
    const seconds = waitAskedFor(answer, waits, shared.clock.now());
    if (seconds === null) return answer;
    answer.drop();
    const { host } = target.url;
    if (waits >= shared.limits.waits || seconds > shared.limits.waitSeconds) {
      throw new MiddleError(
        'rate_limited',
        `${host} allows no more requests for now; it asks to wait ${String(Math.ceil(seconds))} seconds.`,
        {
          hint: "Lower the connection's rate limit, or run less often.",
        },
      );
    }
    const until = shared.clock.now().getTime() + seconds * 1000;
    shared.rates.set(caller.connection, pause(shared.rates.get(caller.connection) ?? RATE_START, until));
    caller.note(
      'info',
      `${host} answered ${String(answer.status)}; waiting ${String(Math.ceil(seconds))} s as it asked.`,
    );
  }
}

/** How long to wait before asking again, or null to take the answer as it is. */
function waitAskedFor({ status, headers }: AuditedAnswer, waits: number, now: Date): number | null {
  const asked = retryAfterSeconds(headers['retry-after'], now);
  if (status === 429) return asked ?? 2 ** waits;
  return status === 503 ? asked : null;
}

async function turnOf(
  { clock, rates }: Shared,
  { connection, policy, note }: EgressCaller,
  signal: AbortSignal,
): Promise<void> {
  const rate = policy.rate;
  const { state, waitMilliseconds } = takeTurn(
    rates.get(connection) ?? RATE_START,
    rate,
    clock.now().getTime(),
  );
  rates.set(connection, state);
  if (waitMilliseconds > 1000)
    note('debug', `Waiting ${(waitMilliseconds / 1000).toFixed(1)} s for the connection's rate limit.`);
  if (waitMilliseconds > 0) await clock.sleep(waitMilliseconds, signal);
  signal.throwIfAborted();
}

/** One hop with its audit line: method, host and path, never the query or a header. */
async function audited(
  { clock, log, transport, limits }: Shared,
  { app, connection, invocation, note }: EgressCaller,
  { url, development }: Allowed,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<AuditedAnswer> {
  const started = clock.now().getTime();
  const data = { app, connection, invocation, method: outgoing.method, host: url.host, path: url.pathname };
  const line = `${outgoing.method} ${url.host}${url.pathname}`;
  if (development) {
    log({
      level: 'warn',
      code: 'egress.development_host',
      message: `Development exception used for ${url.host}.`,
      data,
    });
  }
  const headers = { 'user-agent': 'Middle', ...outgoing.headers, 'accept-encoding': ACCEPT_ENCODING };
  const timeout = AbortSignal.timeout(limits.callSeconds * 1000);
  try {
    const answer = await transport.send({
      ...outgoing,
      headers,
      url,
      development,
      signal: AbortSignal.any([signal, timeout]),
    });
    const ended = (bytes: number): void => {
      const milliseconds = clock.now().getTime() - started;
      const result = { status: answer.status, bytes, milliseconds };
      log({ level: 'info', code: 'egress.call', message: line, data: { ...data, ...result } });
      note(
        'debug',
        `${line} → ${String(answer.status)}, ${String(bytes)} bytes in ${String(milliseconds)} ms`,
      );
    };
    const drop = (): void => {
      answer.stream.destroy();
      ended(0);
    };
    return { ...answer, ended, drop };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = timeout.aborted
      ? new MiddleError(
          'egress_failed',
          `${url.host} did not answer within ${String(limits.callSeconds)} seconds.`,
        )
      : thrown;
    const code = error instanceof MiddleError ? error.code : 'egress_failed';
    log({ level: 'info', code: 'egress.call', message: line, data: { ...data, error: code } });
    note('debug', `${line} failed: ${code}`);
    throw error;
  }
}

function finish({ limits }: Shared, { answer, url, redirected }: Followed): EgressAnswer {
  return {
    status: answer.status,
    url: url.href,
    redirected,
    headers: responseHeaders(answer.headers),
    body: decodedBody(answer.stream, {
      encoding: answer.headers['content-encoding'],
      maxBytes: limits.responseBytes,
      host: url.host,
      ended: (bytes) => {
        answer.ended(bytes);
      },
    }),
  };
}

function lower(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
