import { defineEndpoint } from '../endpoint.ts';

export const deleteMailServer = defineEndpoint({
  method: 'DELETE',
  path: '/settings/mail-server',
  summary: 'Send no more mail',
  permission: 'stack_alerts.change',
});
