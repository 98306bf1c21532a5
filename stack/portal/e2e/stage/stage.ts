import { fileURLToPath } from 'node:url';
import { buildPortal } from '@middle/cli/portal-build.ts';
import { testServer } from '@middle/api/testing/server.ts';
import type { TestServer } from '@middle/api/testing/server.ts';
import { fill } from './fill.ts';
import type { Filled } from './fill.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

export interface Stage extends AsyncDisposable, Filled {
  readonly server: TestServer;
  /** A one-time address that signs an owner in. */
  readonly signInLink: () => Promise<string>;
}

/** The real API and portal on a real database that holds what a worker would have stored. */
export async function openStage(portalFolder?: string): Promise<Stage> {
  if (portalFolder === undefined) await buildPortal();
  const server = await testServer({ portalFolder: portalFolder ?? DIST });
  const filled = await fill(server);
  return {
    ...filled,
    server,
    signInLink: async () => server.baseUrl + (await server.client.createSignInLink({ body: {} })).path,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
