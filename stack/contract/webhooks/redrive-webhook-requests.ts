import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { chosenRequests, webhookParams } from './webhook.ts';

export const redriveWebhookRequests = defineEndpoint({
  method: 'POST',
  path: '/connections/{connectionId}/webhook-requests/redrive',
  summary: 'Process requests again that are dead or were refused',
  permission: 'webhooks.change',
  params: webhookParams,
  body: z.strictObject({
    ids: chosenRequests.optional().meta({ description: 'Absent: all that are dead.' }),
  }),
  response: z.strictObject({ redriven: z.int() }),
});
