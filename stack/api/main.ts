import { localBlobs } from '@middle/cloud/local/blobs/blobs.ts';
import { systemClock } from '@middle/cloud/local/clock.ts';
import { localKeys } from '@middle/cloud/local/keys.ts';
import { localLogs } from '@middle/cloud/local/logs.ts';
import { localQueues } from '@middle/cloud/local/queue.ts';
import { localSearch } from '@middle/cloud/local/search.ts';
import { messageOf } from '@middle/core/errors.ts';
import type { LogEvent } from '@middle/core/log.ts';
import { openDatabase } from '@middle/store/database.ts';
import { writePublicUrl } from '@middle/store/public-url.ts';
import { readConfig } from './config.ts';
import type { Deps } from './deps.ts';
import { createServer } from './server.ts';
import { openSignIn } from './sign-in/sign-in.ts';

/** How long requests that are under way may still take after SIGTERM; then their connections are closed. */
const DRAIN_MILLISECONDS = 8_000;
const EXIT_MILLISECONDS = 10_000;
/** No request may hold a connection of the database for longer. */
const STATEMENT_MILLISECONDS = 10_000;

const log = (event: LogEvent): void => {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), part: 'api', ...event })}\n`);
};

// Whoever read the log is gone; what is under way is to be finished all the same.
process.stdout.on('error', () => {});

const config = await readConfig(process.env['MIDDLE_CONFIG']);
const database = openDatabase(config.database, {
  max: 8,
  connectionTimeoutMillis: 5_000,
  options: `-c statement_timeout=${String(STATEMENT_MILLISECONDS)} -c lock_timeout=5000`,
});
const keys = localKeys({ file: config.stackKey });
const search = localSearch({ folder: config.searchFolder, mode: 'read' });
const deps: Deps = {
  database,
  blobs: await localBlobs({ folder: config.blobsFolder }),
  keys,
  search,
  logs: localLogs({ pool: database.pool, clock: systemClock }),
  queues: localQueues({ database, clock: systemClock }),
  clock: systemClock,
  log,
  signIn: openSignIn({ database: config.database, keys, publicUrl: config.publicUrl, log }),
  release: config.release,
  dataFolder: config.dataFolder,
  controlSocket: config.controlSocket,
  preview: config.preview,
};

const draining = new AbortController();
const app = await createServer(deps, {
  cliTokenSha256: config.cliTokenSha256,
  release: config.release,
  portalFolder: config.portalFolder,
  secure: config.publicUrl.startsWith('https:'),
  requestsPerMinute: config.requestsPerMinute,
  signInsPerMinute: config.signInsPerMinute,
  draining: draining.signal,
});
const address = await app.listen({ host: config.host, port: config.port });
log({ level: 'info', code: 'api.listening', message: `listening on ${address}`, data: { address } });
writePublicUrl(database, config.publicUrl).catch((error: unknown) => {
  log({ level: 'warn', code: 'api.url_not_noted', message: messageOf(error) });
});

const drain = async (): Promise<void> => {
  if (draining.signal.aborted) return;
  draining.abort();
  log({ level: 'info', code: 'api.draining', message: 'no new requests; finishing those under way' });
  const late = setTimeout(() => app.server.closeAllConnections(), DRAIN_MILLISECONDS);
  const tooLate = setTimeout(() => process.exit(1), EXIT_MILLISECONDS);
  await app.close();
  await Promise.all([search.close(), deps.signIn.close()]);
  await database.close();
  clearTimeout(late);
  clearTimeout(tooLate);
};
process.once('SIGTERM', () => void drain());
process.once('SIGINT', () => void drain());
