import { defineEndpoint } from '../endpoint.ts';
import { job } from '../jobs/job.ts';
import { channelParams } from './alert.ts';

export const testAlertChannel = defineEndpoint({
  method: 'POST',
  path: '/alert-channels/{alertChannelId}/test',
  summary: 'Send a test message',
  description: 'Starts a job; its error is what the server or the receiver said.',
  permission: 'alerts.change',
  params: channelParams,
  status: 202,
  response: job,
});
