import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { alertMessage, channelParams } from './alert.ts';

export const listAlertMessages = defineEndpoint({
  method: 'GET',
  path: '/alert-channels/{alertChannelId}/messages',
  summary: 'What a channel sent, is to send and could not send; newest first',
  permission: 'alerts.change',
  params: channelParams,
  query: pageQuery,
  response: page(alertMessage),
});
