import { writeFile } from 'node:fs/promises';
import { localBlobs, removeHalfBlobs } from '@middle/cloud/local/blobs/blobs.ts';
import { systemClock as clock } from '@middle/cloud/local/clock.ts';
import { localFunctions } from '@middle/cloud/local/functions.ts';
import { localKeys } from '@middle/cloud/local/keys.ts';
import { localLogs } from '@middle/cloud/local/logs.ts';
import { localMachine } from '@middle/cloud/local/machine.ts';
import { localQueues } from '@middle/cloud/local/queue.ts';
import { localSearch } from '@middle/cloud/local/search.ts';
import type { LogEvent } from '@middle/core/log.ts';
import { createTokenClient } from '@middle/functions/auth/access-token.ts';
import { openDatabase } from '@middle/store/database.ts';
import { openListener } from '@middle/store/listen.ts';
import { startAlerts, workflowFailures } from './alerts/alerts.ts';
import { alertTestJobs } from './alerts/test-jobs.ts';
import { startBalance } from './balance/balance.ts';
import { readConfig } from './config.ts';
import { startExecutor } from './executions/executor.ts';
import { createExpressions } from './executions/expressions.ts';
import { startFollowers } from './executions/followers.ts';
import { statistics } from './executions/statistics.ts';
import { textIndex } from './executions/text-index.ts';
import { startHeartbeat } from './heartbeat.ts';
import { startIntake } from './intake/intake.ts';
import { reprocessJobs } from './intake/reprocess.ts';
import { startJobs } from './jobs/runner.ts';
import { startMemoryReturn } from './memory-return.ts';
import { moduleJobs } from './modules/update.ts';
import { repeatJobs } from './repeats/jobs.ts';
import { preparePartitions, startRetention } from './retention/retention.ts';
import { startSearchIndexer } from './search/indexer.ts';
import { connectionTestJobs } from './syncs/connection-test.ts';
import { authorizer } from './syncs/credentials.ts';
import { startSyncs } from './syncs/syncs.ts';
import { startTriggers } from './triggers/triggers.ts';
import { startWebhooks } from './webhooks/webhooks.ts';

/** Rooms that hold one at a time: intake of two apps, four functions, the indexer, and what comes and goes. */
const CONNECTIONS = 12;
/** Bulk runs again and replays. */
const REPEATS_AT_ONCE = 3;

const log = (event: LogEvent): void => {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), part: 'worker', ...event })}\n`);
};

const config = await readConfig(process.env['MIDDLE_CONFIG']);
const { name: worker, release } = config;
const database = openDatabase(config.database, { max: CONNECTIONS });
const listener = openListener(database, log);
const keys = localKeys({ file: config.stackKey });
const logs = localLogs({ pool: database.pool, clock });
const queues = localQueues({ database, clock, listener });
const tokens = createTokenClient({ clock, log });
const search = localSearch({ folder: config.searchFolder, mode: 'write' });
// One worker writes here; what is half there is of one that was killed.
await removeHalfBlobs({ folder: config.blobsFolder });
const blobs = await localBlobs({ folder: config.blobsFolder });
const functions = await localFunctions({
  queueOf: (app) => queues.open(app),
  scratchFolder: config.scratchFolder,
  poolSize: config.poolSize,
  clock,
  log,
  authorize: authorizer({ database, keys, tokens, clock }),
});

// Intake and syncs write today's history.
await preparePartitions({ database, clock });
const indexer = startSearchIndexer({ database, listener, search, log, clock, worker });
const balance = startBalance({ database, queues, log, clock });
const handlers = {
  ...indexer.jobs,
  ...balance.jobs,
  ...reprocessJobs({ database }),
};
const machine = localMachine({ controlSocket: config.controlSocket });
const alerts = { database, queues, machine, keys, clock, log };
const tests = {
  ...connectionTestJobs({ database, keys, tokens, clock, log }),
  ...alertTestJobs(alerts),
};
const repeats = repeatJobs({ database, search, keys, clock });
/** What gives work comes before what takes it, and stops first. */
const working = () => [
  startSyncs({ database, listener, queues, functions, keys, tokens, log, clock, worker }),
  startExecutor({
    database,
    listener,
    expressions: createExpressions({ database, search }),
    keys,
    tokens,
    functions,
    blobs,
    clock,
    log,
    worker,
  }),
  startTriggers({ database, listener, search, keys, clock, log, worker }),
  startWebhooks({ database, listener, functions, keys, tokens, log, clock, worker }),
  startIntake({ database, listener, queues, logs, keys, clock, log }),
  startJobs({ database, listener, log, worker, handlers }),
  // Apart: who waits for the answer to a test must not wait for a rebuild first.
  startJobs({ database, listener, log, worker, handlers: tests }),
  // Apart: a new version of a module waits for no rebuild.
  startJobs({ database, listener, log, worker, handlers: moduleJobs({ database, clock }) }),
  // Apart: a bulk run that is paced goes on for hours, and one account's must not hold up another's.
  ...Array.from({ length: REPEATS_AT_ONCE }, () =>
    startJobs({ database, listener, log, worker, handlers: repeats }),
  ),
  startFollowers({ database, clock, log }, [statistics, textIndex, workflowFailures]),
  startAlerts(alerts),
  startRetention({ database, logs, blobs, log, clock }),
];
/** Of a stack that only shows what was, records can be found; nothing runs by itself, and nothing goes out. */
const showing = [
  startHeartbeat({ database, functions, log, worker, release }),
  startMemoryReturn({ clock, collect: globalThis.gc }),
  balance,
  indexer,
];
const rooms = [...(config.preview === null ? working() : []), ...showing];
log({ level: 'info', code: 'worker.ready', message: 'every room is open' });
if (config.readyFile !== null) await writeFile(config.readyFile, '{}');

let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  log({ level: 'info', code: 'worker.stopping', message: 'finishing what is under way' });
  for (const room of rooms) await room.stop();
  await functions.close();
  tokens.close();
  await search.close();
  await listener.close();
  await database.close();
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
