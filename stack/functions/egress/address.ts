import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

/** Public by its numbers, but a platform's own service: Azure's host agent. */
const PLATFORM_ADDRESSES = new Set(['168.63.129.16']);

/**
 * Why an address may not be reached, or null. Only global unicast may: not private, loopback, link-local (where clouds
 * put their metadata), carrier-grade NAT, multicast, documentation, or a form that carries an IPv4 address inside an
 * IPv6 one to get around such rules. An address of this very machine is refused too, for it leads to its services.
 */
export function addressProblem(address: string, own: ReadonlySet<string> = ownAddresses()): string | null {
  if (!ipaddr.isValid(address)) return 'not an address';
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range !== 'unicast') return RANGE_NAMES[range] ?? range;
  const text = parsed.toString();
  if (PLATFORM_ADDRESSES.has(text)) return "a cloud platform's own service";
  return own.has(text) ? 'an address of this machine' : null;
}

const RANGE_NAMES: Readonly<Record<string, string>> = {
  private: 'a private address',
  loopback: 'a loopback address',
  linkLocal: 'a link-local address',
  uniqueLocal: 'a private address',
  carrierGradeNat: 'a carrier-grade NAT address',
  unspecified: 'the unspecified address',
  multicast: 'a multicast address',
  broadcast: 'the broadcast address',
};

function ownAddresses(): Set<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return new Set(all.map(({ address }) => ipaddr.process(address.split('%', 1)[0] ?? address).toString()));
}

/** The address inside a URL's host, without brackets; null when the host is a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(bare) ? bare : null;
}
