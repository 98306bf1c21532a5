import { defineEndpoint } from '../endpoint.ts';
import { requestParams, webhookRequestContent } from './webhook.ts';

export const getWebhookRequest = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/webhook-requests/{requestId}',
  summary: 'One received request with its content',
  permission: 'webhooks.change',
  params: requestParams,
  response: webhookRequestContent,
});
