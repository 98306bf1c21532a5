import { defineEndpoint } from '../endpoint.ts';
import { channelList } from './alert.ts';

export const listStackAlertChannels = defineEndpoint({
  method: 'GET',
  path: '/alert-channels',
  summary: 'Where the alerts of the stack go',
  permission: 'stack_alerts.read',
  response: channelList,
});
