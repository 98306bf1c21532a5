import { defineEndpoint } from '../endpoint.ts';
import { channelParams } from './alert.ts';

export const deleteAlertChannel = defineEndpoint({
  method: 'DELETE',
  path: '/alert-channels/{alertChannelId}',
  summary: 'Delete a channel, with its messages',
  permission: 'alerts.change',
  params: channelParams,
});
