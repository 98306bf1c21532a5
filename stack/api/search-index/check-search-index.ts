import { checkSearchIndex as endpoint } from '@middle/contract/search-index/check-search-index.ts';
import { handler } from '../call.ts';
import { requestJob } from '../jobs/answer.ts';

export const checkSearchIndex = handler(endpoint, async (call) =>
  requestJob(call, {
    kind: 'search_check',
    subject: call.body.recordSet === undefined ? '' : String(call.body.recordSet),
    input: {},
    action: 'search_index.check',
    subjectKind: 'search_index',
  }),
);
