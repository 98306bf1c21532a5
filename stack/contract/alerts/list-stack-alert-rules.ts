import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { alertRule } from './alert.ts';

export const listStackAlertRules = defineEndpoint({
  method: 'GET',
  path: '/alert-rules',
  summary: 'What owners are alerted of, and from which threshold on',
  permission: 'stack_alerts.read',
  response: list(alertRule),
});
