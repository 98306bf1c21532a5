import { getSearchIndex as endpoint } from '@middle/contract/search-index/get-search-index.ts';
import { listJobs } from '@middle/store/jobs.ts';
import type { JobKind } from '@middle/store/jobs.ts';
import { outboxLag } from '@middle/store/outbox.ts';
import { listAllRecordSets } from '@middle/store/record-sets.ts';
import { handler } from '../call.ts';
import type { Deps } from '../deps.ts';
import { jobAnswer } from '../jobs/answer.ts';

const RECORD_SETS_MOST = 500;

export const getSearchIndex = handler(endpoint, async ({ deps }) => {
  const [lag, sets, lastRebuild, lastCheck] = await Promise.all([
    outboxLag(deps.database, 'search'),
    listAllRecordSets(deps.database, RECORD_SETS_MOST),
    lastJob(deps, 'search_rebuild'),
    lastJob(deps, 'search_check'),
  ]);
  const recordSets = sets.map(async ({ id, connectionId, connectionName, recordType }) => ({
    id,
    connectionId,
    connectionName,
    recordType: recordType.key,
    indexed: await deps.search.count(id),
  }));
  const now = deps.clock.now();
  return {
    waitingBatches: lag.waiting,
    behindSeconds: lag.oldest === null ? null : Math.max(0, (now.getTime() - lag.oldest.getTime()) / 1000),
    recordSets: await Promise.all(recordSets),
    lastRebuild,
    lastCheck,
    at: now,
  };
});

async function lastJob(deps: Deps, kind: JobKind) {
  const [job] = await listJobs(deps.database, { kind, limit: 1 });
  return job === undefined ? null : jobAnswer(job);
}
