import { defineEndpoint } from '../endpoint.ts';
import { mailServer } from './alert.ts';

export const getMailServer = defineEndpoint({
  method: 'GET',
  path: '/settings/mail-server',
  summary: 'How mail leaves the stack; never the password',
  permission: 'stack_alerts.read',
  response: mailServer,
});
