import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { channelParams } from './alert.ts';

export const retryAlertMessages = defineEndpoint({
  method: 'POST',
  path: '/alert-channels/{alertChannelId}/messages/retry',
  summary: 'Send messages again that were given up',
  permission: 'alerts.change',
  params: channelParams,
  response: z.strictObject({ retried: z.int() }),
});
