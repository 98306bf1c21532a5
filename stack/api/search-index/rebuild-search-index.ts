import { rebuildSearchIndex as endpoint } from '@middle/contract/search-index/rebuild-search-index.ts';
import { handler } from '../call.ts';
import { requestJob } from '../jobs/answer.ts';

export const rebuildSearchIndex = handler(endpoint, async (call) =>
  requestJob(call, {
    kind: 'search_rebuild',
    subject: call.body.recordSet === undefined ? '' : String(call.body.recordSet),
    input: {},
    action: 'search_index.rebuild',
    subjectKind: 'search_index',
  }),
);
