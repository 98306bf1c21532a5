import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { MiddleError } from '@middle/core/errors.ts';
import { manifestSections } from '@middle/core/manifest.ts';
import { systemClock } from '../testing/clock.ts';
import { createTokenClient } from './access-token.ts';

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'none',
    (error: unknown) => (error instanceof MiddleError ? error.code : String(error)),
  );
}

test('a client-credentials token is fetched, and every refusal is told apart', async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      seen.push(
        `${request.method ?? ''} ${request.url ?? ''} ${request.headers.authorization ?? '-'} ${body}`,
      );
      const id = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString();
      if (id === 'wrong:s') response.writeHead(401).end('{"error":"invalid_client"}');
      else if (id === 'odd:s') response.end('{}');
      else if (id === 'down:s') response.writeHead(500).end();
      else response.end('{"access_token":"t1","expires_in":"3600","token_type":"Bearer"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const host = `127.0.0.1:${String(address.port)}`;
  const client = createTokenClient({ clock: systemClock, log: () => undefined });
  const fetchWith = (clientId: string, more: Record<string, unknown> = {}) =>
    client.fetch({
      app: 'shop',
      connection: 'c1',
      auth: manifestSections.authConfig.parse({
        key: 'oauth',
        name: 'Account',
        kind: 'oauth2_client_credentials',
        tokenUrl: '/oauth/token',
        scopes: ['read', 'write'],
        ...more,
      }),
      values: { clientId, clientSecret: 's', username: 'u', password: 'p&=' },
      policy: { baseUrl: `http://${host}`, hosts: [], developmentHosts: [host], rate: null },
    });
  try {
    const token = await fetchWith('id:x');
    assert.equal(token.accessToken, 't1');
    const seconds = ((token.expiresAt?.getTime() ?? 0) - Date.now()) / 1000;
    assert.ok(seconds > 3590 && seconds <= 3600);
    const basic = Buffer.from('id%3Ax:s').toString('base64');
    assert.equal(seen[0], `POST /oauth/token Basic ${basic} grant_type=client_credentials&scope=read+write`);
    await fetchWith('id', { clientAuthentication: 'body', scopes: [] });
    assert.equal(seen[1], 'POST /oauth/token - grant_type=client_credentials&client_id=id&client_secret=s');
    await fetchWith('id', { kind: 'oauth2_password', clientAuthentication: 'body', scopes: [] });
    assert.equal(
      seen[2],
      'POST /oauth/token - grant_type=password&username=u&password=p%26%3D&client_id=id&client_secret=s',
    );
    assert.equal(await codeOf(fetchWith('wrong')), 'credentials_rejected');
    assert.equal(await codeOf(fetchWith('')), 'credentials_rejected');
    assert.equal(await codeOf(fetchWith('odd')), 'egress_failed');
    assert.equal(await codeOf(fetchWith('down')), 'egress_failed');
    assert.equal(
      await codeOf(fetchWith('id', { tokenUrl: 'https://elsewhere.example/' })),
      'egress_host_not_allowed',
    );
  } finally {
    client.close();
    server.closeAllConnections();
    server.close();
  }
});
