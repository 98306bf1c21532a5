import { defineEndpoint } from '../endpoint.ts';
import { alertRule, alertRuleChange, alertRuleParams } from './alert.ts';

export const setAlertRule = defineEndpoint({
  method: 'PUT',
  path: '/accounts/{accountId}/alert-rules/{kind}',
  summary: 'Change what an account is alerted of',
  description: 'Thresholds that are left out are at their defaults.',
  permission: 'alerts.change',
  params: alertRuleParams,
  body: alertRuleChange,
  response: alertRule,
});
