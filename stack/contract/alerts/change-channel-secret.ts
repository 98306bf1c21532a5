import { defineEndpoint } from '../endpoint.ts';
import { channelParams, madeChannel } from './alert.ts';

export const changeChannelSecret = defineEndpoint({
  method: 'POST',
  path: '/alert-channels/{alertChannelId}/secret',
  summary: 'Give a webhook another secret; the one before signs nothing more',
  permission: 'alerts.change',
  params: channelParams,
  response: madeChannel,
  errors: ['conflict'],
});
