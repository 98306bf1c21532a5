import type { EgressPolicy } from '@middle/cloud/ports/functions.ts';
import { MiddleError } from '@middle/core/errors.ts';
import { isLoopbackName, matchesHost } from '@middle/core/host-pattern.ts';

export interface Allowed {
  readonly url: URL;
  /** True for a named loopback exception. */
  readonly development: boolean;
}

/** The absolute address of what a function asked for. A relative path is appended to the base address, not resolved against it. */
export function absoluteUrl(target: string, policy: EgressPolicy): URL {
  const text = target.trim();
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) || text.startsWith('//')) return parse(text);
  if (policy.baseUrl === null) {
    throw new MiddleError('egress_failed', `“${target}” is relative, but the app has no base address.`, {
      hint: 'Set egress.baseUrl in the manifest, or write the whole address.',
    });
  }
  const base = policy.baseUrl.replace(/\/+$/, '');
  return parse(text.startsWith('/') || text.startsWith('?') || text === '' ? base + text : `${base}/${text}`);
}

/** @throws MiddleError egress_host_not_allowed */
export function allowUrl(url: URL, policy: EgressPolicy): Allowed {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new MiddleError(
      'egress_host_not_allowed',
      `“${url.protocol}” addresses can't be reached; only https ones.`,
    );
  }
  if (isLoopbackName(url.hostname) && policy.developmentHosts.includes(hostAndPort(url))) {
    return { url, development: true };
  }
  if (!policy.hosts.some((pattern) => matchesHost(pattern, url))) {
    throw new MiddleError('egress_host_not_allowed', `This app may not reach “${url.host}”.`, {
      hint: isLoopbackName(url.hostname)
        ? `For a system on your own machine, an owner adds ${hostAndPort(url)} to the development hosts of the connection.`
        : `Add ${url.host} to egress.hosts in the manifest; an instance owner approves it.`,
      data: { host: url.host },
    });
  }
  if (url.protocol !== 'https:') {
    throw new MiddleError(
      'egress_host_not_allowed',
      `“${url.host}” may be reached by https only, not by http.`,
    );
  }
  return { url, development: false };
}

function hostAndPort(url: URL): string {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return `${url.hostname}:${port}`;
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new MiddleError('egress_failed', `“${text.slice(0, 200)}” is not an address.`);
  if (url.username !== '' || url.password !== '') {
    throw new MiddleError('egress_host_not_allowed', 'An address may not hold a user name or password.', {
      hint: 'Let the auth config add the credentials.',
    });
  }
  url.hash = '';
  return url;
}
