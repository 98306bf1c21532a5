import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localBlobs } from '@middle/cloud/local/blobs/blobs.ts';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { createKeyFile, localKeys } from '@middle/cloud/local/keys.ts';
import { localLogs } from '@middle/cloud/local/logs.ts';
import { localQueues } from '@middle/cloud/local/queue.ts';
import { localSearch } from '@middle/cloud/local/search.ts';
import { testDatabase } from '@middle/cloud/local/testing/database.ts';
import type { Search } from '@middle/cloud/ports/search.ts';
import { createClient } from '@middle/contract/client.ts';
import type { Client } from '@middle/contract/client.ts';
import type { LogEvent } from '@middle/core/log.ts';
import { openDatabase } from '@middle/store/database.ts';
import type { Database, DatabaseAddress } from '@middle/store/database.ts';
import type { Deps } from '../deps.ts';
import { createServer } from '../server.ts';
import { openSignIn } from '../sign-in/sign-in.ts';

export interface TestServer extends AsyncDisposable {
  readonly baseUrl: string;
  /** Of the command line, so an owner's. */
  readonly token: string;
  readonly client: Client;
  readonly deps: Deps;
  /** The worker's role, to make what only the worker makes. */
  readonly worker: Database;
  /** Of the database's owner, for what is beyond both. */
  readonly owner: DatabaseAddress;
  /** Opened for writing, as the worker has it. */
  readonly search: Search;
  readonly logged: readonly LogEvent[];
  /** As a process does that is told to end. */
  drain(): void;
}

/**
 * A whole API on a database of its own, listening on a free port of loopback. Every answer is checked by the contract,
 * unless the options say otherwise.
 */
export async function testServer(
  options: {
    readonly requestsPerMinute?: number;
    readonly signInsPerMinute?: number;
    readonly checkAnswers?: boolean;
  } = {},
): Promise<TestServer> {
  const at = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'middle-api-'));
  const stackKey = join(folder, 'stack.key');
  await createKeyFile(stackKey);
  const logged: LogEvent[] = [];
  const log = (event: LogEvent): void => void logged.push(event);
  const database = openDatabase(at.api, { max: 4, options: '-c statement_timeout=10000' });
  const worker = openDatabase(at.worker, { max: 2 });
  const keys = localKeys({ file: stackKey });
  const search = localSearch({ folder: join(folder, 'search'), mode: 'write' });
  const token = randomBytes(32).toString('base64url');
  const deps: Deps = {
    database,
    blobs: await localBlobs({ folder: join(folder, 'blobs') }),
    keys,
    search,
    logs: localLogs({ pool: database.pool, clock: systemClock }),
    queues: localQueues({ database, clock: systemClock }),
    clock: systemClock,
    log,
    signIn: openSignIn({ database: at.api, keys, publicUrl: 'http://127.0.0.1', log }),
    release: '0.0.0-test',
    dataFolder: folder,
    controlSocket: join(folder, 'control.sock'),
    preview: null,
  };
  const draining = new AbortController();
  const app = await createServer(deps, {
    cliTokenSha256: createHash('sha256').update(token).digest('hex'),
    release: deps.release,
    portalFolder: join(folder, 'portal'),
    secure: false,
    requestsPerMinute: options.requestsPerMinute ?? 1_000_000,
    signInsPerMinute: options.signInsPerMinute ?? 1_000_000,
    draining: draining.signal,
    checkAnswers: options.checkAnswers ?? true,
  });
  const baseUrl = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    baseUrl,
    token,
    client: createClient({ baseUrl, token }),
    deps,
    worker,
    owner: at.owner,
    search,
    logged,
    drain: () => draining.abort(),
    async [Symbol.asyncDispose]() {
      draining.abort();
      await app.close();
      await Promise.all([search.close(), deps.signIn.close(), worker.close(), database.close()]);
      await at[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
