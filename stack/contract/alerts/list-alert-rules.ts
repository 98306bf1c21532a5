import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { alertRule, alertsOfAccount } from './alert.ts';

export const listAlertRules = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/alert-rules',
  summary: 'What an account is alerted of, and from which threshold on',
  permission: 'alerts.read',
  params: alertsOfAccount,
  response: list(alertRule),
});
