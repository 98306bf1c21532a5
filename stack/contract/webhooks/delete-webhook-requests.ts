import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { chosenRequests, webhookParams } from './webhook.ts';

export const deleteWebhookRequests = defineEndpoint({
  method: 'POST',
  path: '/connections/{connectionId}/webhook-requests/delete',
  summary: 'Delete requests that are dead or were refused',
  description: 'For good: what they would have brought is not stored.',
  permission: 'webhooks.change',
  params: webhookParams,
  body: z.strictObject({ ids: chosenRequests }),
  response: z.strictObject({ deleted: z.int() }),
});
