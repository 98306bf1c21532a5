import { mailAddress } from '@middle/core/alert/mail-server.ts';
import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { job } from '../jobs/job.ts';

export const testMailServer = defineEndpoint({
  method: 'POST',
  path: '/settings/mail-server/test',
  summary: 'Send a test message by the mail server as it is saved',
  description: 'Starts a job; its error is what the server said.',
  permission: 'stack_alerts.change',
  body: z.strictObject({ to: mailAddress }),
  status: 202,
  response: job,
});
