import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import sql from 'sql-template-tag';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { Keys } from '@middle/cloud/ports/keys.ts';
import { manifestSchema } from '@middle/core/manifest.ts';
import { createTokenClient } from '@middle/functions/auth/access-token.ts';
import { setCredentials } from '@middle/store/connections.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { CredentialsDeps } from '../syncs/credentials.ts';
import { seedRecordSet } from './seed.ts';

const log = (): void => undefined;

/** Seals nothing: what these tests are about is who asks for a token, and when. */
const keys: Keys = {
  derive: () => Promise.resolve(Buffer.alloc(32, 1)),
  seal: (plain) => Promise.resolve(plain),
  open: (sealed) => Promise.resolve(sealed),
};

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** A connection with OAuth 2 client credentials at a real server, which answers `/token` and everything else as told. */
export async function tokenWorld() {
  const cleanup = new AsyncDisposableStack();
  const addresses = cleanup.use(await testDatabase());
  const owner = openDatabase(addresses.owner, { max: 2 });
  cleanup.defer(() => owner.close());
  const { connectionId } = await seedRecordSet(owner);

  const source = {
    requests: [] as string[],
    /** What `/token` answers to the nth request; it may take its time. */
    token: (count: number, clientId: string): Answer | Promise<Answer> => ({
      status: 200,
      body: { access_token: `${clientId}-${count}`, expires_in: 3_600 },
    }),
    /** What anything else answers. */
    page: (_authorization: string | undefined): Answer => ({ status: 200 }),
  };
  const tokenRequests = (): number => source.requests.filter((path) => path === '/token').length;
  const server = createServer((request, response) => {
    const { url = '', headers } = request;
    source.requests.push(url);
    request.resume();
    const [clientId = ''] = Buffer.from((headers.authorization ?? '').slice(6), 'base64')
      .toString()
      .split(':');
    const answer =
      url === '/token' ? source.token(tokenRequests(), clientId) : source.page(headers.authorization);
    void Promise.resolve(answer).then((told) => send(response, told));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  const manifest = manifestSchema.parse({
    key: 'shop',
    name: 'Shop',
    version: '1',
    egress: { baseUrl: `http://${host}` },
    auth: [
      { key: 'oauth', name: 'OAuth', kind: 'oauth2_client_credentials', tokenUrl: '/token' },
      {
        key: 'key',
        name: 'Key',
        kind: 'fields',
        fields: [{ key: 'apiKey', title: 'Key', kind: 'protected' }],
        headers: { Authorization: 'Bearer {apiKey}' },
      },
    ],
  });
  await owner.query(sql`update middle.app_version set manifest = ${JSON.stringify(manifest)}`);
  await owner.query(sql`update middle.connection set development_hosts = ${[host]}`);

  return {
    owner,
    connectionId,
    source,
    tokenRequests,
    /** As another worker process has them: its own pool of few connections and its own HTTP client. */
    worker(options: { readonly renewSeconds?: number } = {}): CredentialsDeps & { readonly log: () => void } {
      const database = openDatabase(addresses.worker, { max: 2 });
      cleanup.defer(() => database.close());
      const tokens = createTokenClient({ clock: systemClock, log });
      cleanup.defer(() => tokens.close());
      return { database, keys, tokens, clock: systemClock, log, ...options };
    },
    async fillIn(authConfig: string, values: Readonly<Record<string, string>>) {
      await setCredentials(owner, connectionId, {
        authConfig,
        credentials: Buffer.from(JSON.stringify(values)),
      });
    },
    /** Nothing of earlier renewals is left. */
    async forget() {
      await owner.query(sql`
        update middle.connection set token = null, token_expires_at = null, token_renewal = null,
          token_renewal_until = null, token_renewed_at = null, attention = null, attention_at = null`);
      source.requests.length = 0;
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
}
