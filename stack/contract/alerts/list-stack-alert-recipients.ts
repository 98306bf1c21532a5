import { defineEndpoint } from '../endpoint.ts';
import { list } from '../shared.ts';
import { recipient } from './alert.ts';

export const listStackAlertRecipients = defineEndpoint({
  method: 'GET',
  path: '/alert-recipients',
  summary: 'People who may be told of the alerts of the stack: its owners',
  permission: 'stack_alerts.read',
  response: list(recipient),
});
