import type { IncomingHttpHeaders } from 'node:http';
import { MiddleError } from '@middle/core/errors.ts';
import type { Outgoing } from './broker.ts';

/** Of one connection only (RFC 9110, 7.6.1), or decided by the broker. */
const NOT_FORWARDED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'accept-encoding',
  'expect',
]);
/** No longer true once the body was decoded, or of one connection only. */
const NOT_RETURNED = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-encoding',
  'content-length',
  'trailer',
  'upgrade',
]);
const SECRET = new Set(['authorization', 'cookie', 'proxy-authorization']);
const MAX_HEADER_BYTES = 16_384;

export function forwardedHeaders(headers: readonly (readonly [string, string])[]): Record<string, string> {
  const forwarded: Record<string, string> = {};
  let bytes = 0;
  for (const [rawName, value] of headers) {
    const name = rawName.toLowerCase();
    if (NOT_FORWARDED.has(name)) continue;
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) || /[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
      throw new MiddleError(
        'egress_failed',
        `The header ${JSON.stringify(rawName.slice(0, 100))} can't be sent.`,
      );
    }
    bytes += name.length + value.length;
    if (bytes > MAX_HEADER_BYTES) throw new MiddleError('egress_limit', 'The headers are too long.');
    forwarded[name] = forwarded[name] === undefined ? value : `${forwarded[name]}, ${value}`;
  }
  return forwarded;
}

/** What a redirect makes of a request (Fetch standard, "HTTP-redirect fetch"). */
export function redirectedRequest(outgoing: Outgoing, status: number, otherOrigin: boolean): Outgoing {
  const { method } = outgoing;
  const toGet =
    (status === 303 && method !== 'GET' && method !== 'HEAD') ||
    ((status === 301 || status === 302) && method === 'POST');
  const dropped = (name: string): boolean =>
    (toGet && name.startsWith('content-')) || (otherOrigin && SECRET.has(name));
  const headers = Object.fromEntries(Object.entries(outgoing.headers).filter(([name]) => !dropped(name)));
  return toGet ? { method: 'GET', headers, body: null } : { ...outgoing, headers };
}

export function responseHeaders(headers: IncomingHttpHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || NOT_RETURNED.has(name)) return [];
    return Array.isArray(value) ? value.map((one): [string, string] => [name, one]) : [[name, value]];
  });
}
