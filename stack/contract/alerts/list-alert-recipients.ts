import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { alertsOfAccount, recipient } from './alert.ts';

export const listAlertRecipients = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/alert-recipients',
  summary: 'People who may be told of the alerts of an account',
  permission: 'alerts.change',
  params: alertsOfAccount,
  response: list(recipient),
});
