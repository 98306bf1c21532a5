import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { dataKey, page, pageQuery } from '../shared.ts';
import { REQUEST_STATES, webhookParams, webhookRequest } from './webhook.ts';

export const listWebhookRequests = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/webhook-requests',
  summary: 'What a connection’s webhooks received, newest first',
  permission: 'webhooks.read',
  params: webhookParams,
  query: pageQuery.extend({
    state: z.array(z.enum(REQUEST_STATES)).optional(),
    webhook: dataKey.optional(),
  }),
  response: page(webhookRequest),
});
