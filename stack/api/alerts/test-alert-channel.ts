import { testAlertChannel as endpoint } from '@middle/contract/alerts/test-alert-channel.ts';
import { handler } from '../call.ts';
import { requestJob } from '../jobs/answer.ts';

export const testAlertChannel = handler(endpoint, async (call) =>
  requestJob(call, {
    kind: 'alert_channel_test',
    subject: call.params.alertChannelId,
    input: { accountId: call.accountId },
    action: 'alert_channel.test',
    subjectKind: 'alert_channel',
  }),
);
