import { defineEndpoint } from '../endpoint.ts';
import { alertRule, alertRuleChange, stackAlertRuleParams } from './alert.ts';

export const setStackAlertRule = defineEndpoint({
  method: 'PUT',
  path: '/alert-rules/{kind}',
  summary: 'Change what owners are alerted of',
  permission: 'stack_alerts.change',
  params: stackAlertRuleParams,
  body: alertRuleChange,
  response: alertRule,
});
