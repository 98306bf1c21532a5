import { defineEndpoint } from '../endpoint.ts';
import { alertChannel, alertChannelChange, channelParams } from './alert.ts';

export const updateAlertChannel = defineEndpoint({
  method: 'PATCH',
  path: '/alert-channels/{alertChannelId}',
  summary: 'Change a channel',
  description: 'With another address, it may reach public addresses only, until an owner allows more.',
  permission: 'alerts.change',
  params: channelParams,
  body: alertChannelChange,
  response: alertChannel,
  errors: ['conflict'],
});
