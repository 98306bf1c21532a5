import { defineEndpoint } from '../endpoint.ts';
import { alert, alertAttention, alertParams } from './alert.ts';

export const attendAlert = defineEndpoint({
  method: 'PATCH',
  path: '/alerts/{alertId}',
  summary: 'Acknowledge an alert, or let it be quiet for a while',
  description: 'It is resolved by itself when what it says is over; that is told once all the same.',
  permission: 'alerts.change',
  params: alertParams,
  body: alertAttention,
  response: alert,
  errors: ['conflict'],
});
