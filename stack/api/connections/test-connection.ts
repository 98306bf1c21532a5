import { testConnection as endpoint } from '@middle/contract/connections/test-connection.ts';
import { handler } from '../call.ts';
import { requestJob } from '../jobs/answer.ts';

export const testConnection = handler(endpoint, async (call) =>
  requestJob(call, {
    kind: 'connection_test',
    subject: call.params.connectionId,
    input: { accountId: call.accountId },
    action: 'connection.test',
    subjectKind: 'connection',
  }),
);
