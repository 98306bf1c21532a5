import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { MiddleError, messageOf } from '@middle/core/errors.ts';
import { addressProblem, literalAddress } from './address.ts';

/** How names become addresses; a test may give its own. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** The named loopback exception: addresses are not checked. */
  readonly development: boolean;
  readonly signal: AbortSignal;
}

export interface HopAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly stream: Readable;
}

export interface Transport {
  send(hop: Hop): Promise<HopAnswer>;
  close(): void;
}

/** Seconds a kept-alive connection waits for its next request. */
const KEEP_ALIVE_SECONDS = 5;

/** Sends single requests without following anything. The address that was checked is the one connected to. */
export function createTransport(resolve: Resolve = systemResolve, connectSeconds = 15): Transport {
  const agentOptions = {
    keepAlive: true,
    keepAliveMsecs: 1000,
    timeout: KEEP_ALIVE_SECONDS * 1000,
    maxSockets: 32,
  };
  const checked = { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) };
  // Connections of the exception are never reused for calls that are checked.
  const development = { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) };
  const agents = [checked.http, checked.https, development.http, development.https];

  async function send(hop: Hop): Promise<HopAnswer> {
    const literal = literalAddress(hop.url.hostname);
    if (literal !== null && !hop.development) refuseAddress(hop.url.hostname, literal);
    const secure = hop.url.protocol === 'https:';
    const pool = hop.development ? development : checked;
    const options: RequestOptions = {
      method: hop.method,
      headers: { ...hop.headers, host: hop.url.host },
      agent: secure ? pool.https : pool.http,
      lookup: checkedLookup(resolve, hop.development),
      signal: hop.signal,
      timeout: connectSeconds * 1000,
    };
    try {
      return await once(hop, options, secure);
    } catch (thrown) {
      // A kept connection that the other side closed meanwhile; nothing was processed yet.
      if (thrown instanceof StaleConnection) return once(hop, { ...options, agent: false }, secure);
      throw thrown;
    }
  }

  return {
    send,
    close: () => {
      for (const agent of agents) agent.destroy();
    },
  };
}

class StaleConnection extends Error {}

function once(hop: Hop, options: RequestOptions, secure: boolean): Promise<HopAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? httpsRequest : httpRequest)(hop.url, options);
    outgoing.on('response', (stream) => {
      outgoing.setTimeout(0);
      resolve({ status: stream.statusCode ?? 0, headers: stream.headers, stream });
    });
    outgoing.on('socket', (socket) => {
      // The timeout is for connecting; how long an answer may take is the caller's signal.
      if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', () => outgoing.setTimeout(0));
      else outgoing.setTimeout(0);
    });
    outgoing.on('timeout', () => {
      outgoing.destroy(
        new MiddleError('egress_failed', `${hop.url.host} could not be connected to in time.`),
      );
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const idempotent = hop.method === 'GET' || hop.method === 'HEAD';
      if (outgoing.reusedSocket && error.code === 'ECONNRESET' && idempotent) reject(new StaleConnection());
      else reject(asEgressError(error, hop));
    });
    outgoing.end(hop.body ?? undefined);
  });
}

function asEgressError(error: NodeJS.ErrnoException, { url, signal }: Hop): unknown {
  if (error instanceof MiddleError) return error;
  if (signal.aborted) return signal.reason;
  const what = error.code === 'ENOTFOUND' ? 'there is no such host' : messageOf(error);
  return new MiddleError('egress_failed', `${url.host} could not be reached: ${what}.`, { cause: error });
}

/** Node connects to exactly what this answers, so a name can't mean one address when checked and another when used. */
function checkedLookup(resolve: Resolve, development: boolean): LookupFunction {
  return (hostname, options, answer) => {
    const found = checkedAddresses(hostname, options.family, resolve, development);
    found.then(
      ([first, ...rest]) => {
        if (options.all === true) answer(null, [first, ...rest]);
        else answer(null, first.address, first.family);
        return null;
      },
      (error: NodeJS.ErrnoException) => {
        answer(error, '', 0);
      },
    );
  };
}

type Addresses = readonly [LookupAddress, ...LookupAddress[]];

async function checkedAddresses(
  hostname: string,
  family: number | string | undefined,
  resolve: Resolve,
  development: boolean,
): Promise<Addresses> {
  const addresses = await resolve(hostname);
  // One refused address refuses all: an honest host has no private ones.
  if (!development) for (const { address } of addresses) refuseAddress(hostname, address);
  const [first, ...rest] = addresses.filter((one) =>
    family === 4 || family === 6 ? one.family === family : true,
  );
  if (first === undefined) throw new MiddleError('egress_failed', `There is no host “${hostname}”.`);
  return [first, ...rest];
}

function refuseAddress(hostname: string, address: string): void {
  const problem = addressProblem(address);
  if (problem === null) return;
  throw new MiddleError(
    'egress_address_refused',
    `“${hostname}” is ${address}, ${problem}; functions can't reach it.`,
    {
      hint: 'For development, name the loopback host and port on the connection.',
      data: { hostname, address },
    },
  );
}

function systemResolve(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });
}
