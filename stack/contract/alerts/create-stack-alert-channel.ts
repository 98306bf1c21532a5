import { defineEndpoint } from '../endpoint.ts';
import { madeChannel, newAlertChannel } from './alert.ts';

export const createStackAlertChannel = defineEndpoint({
  method: 'POST',
  path: '/alert-channels',
  summary: 'Have the alerts of the stack sent by e-mail or to a webhook',
  permission: 'stack_alerts.change',
  body: newAlertChannel,
  response: madeChannel,
  status: 201,
  errors: ['conflict'],
});
