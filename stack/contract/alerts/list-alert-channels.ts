import { defineEndpoint } from '../endpoint.ts';
import { alertsOfAccount, channelList } from './alert.ts';

export const listAlertChannels = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/alert-channels',
  summary: 'Where the alerts of an account go',
  permission: 'alerts.change',
  params: alertsOfAccount,
  response: channelList,
});
