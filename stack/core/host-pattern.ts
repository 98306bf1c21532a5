/** `api.example.com`, `*.example.com` (any depth, not example.com itself), with `:port` for another port than the scheme's own. */
export function matchesHost(pattern: string, url: URL): boolean {
  const [name = '', port = ''] = pattern.split(':');
  if (port !== url.port) return false;
  const hostname = url.hostname.replace(/\.$/, '').toLowerCase();
  return name.startsWith('*.')
    ? hostname.endsWith(name.slice(1)) && hostname.length > name.length - 1
    : hostname === name;
}

export function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
