import { testMailServer as endpoint } from '@middle/contract/alerts/test-mail-server.ts';
import { handler } from '../call.ts';
import { requestJob } from '../jobs/answer.ts';

export const testMailServer = handler(endpoint, async (call) =>
  requestJob(call, {
    kind: 'mail_test',
    subject: call.body.to,
    input: { to: call.body.to },
    action: 'mail_server.test',
    subjectKind: 'stack',
  }),
);
