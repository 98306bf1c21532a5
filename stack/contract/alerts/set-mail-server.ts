import { defineEndpoint } from '../endpoint.ts';
import { mailServer, mailServerChange } from './alert.ts';

export const setMailServer = defineEndpoint({
  method: 'PUT',
  path: '/settings/mail-server',
  summary: 'Set up how mail leaves the stack',
  permission: 'stack_alerts.change',
  body: mailServerChange,
  response: mailServer,
});
