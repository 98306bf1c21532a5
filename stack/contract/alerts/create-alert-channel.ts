import { defineEndpoint } from '../endpoint.ts';
import { alertsOfAccount, madeChannel, newAlertChannel } from './alert.ts';

export const createAlertChannel = defineEndpoint({
  method: 'POST',
  path: '/accounts/{accountId}/alert-channels',
  summary: 'Have the alerts of an account sent by e-mail or to a webhook',
  permission: 'alerts.change',
  params: alertsOfAccount,
  body: newAlertChannel,
  response: madeChannel,
  status: 201,
  errors: ['conflict'],
});
