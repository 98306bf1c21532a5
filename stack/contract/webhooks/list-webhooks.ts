import { defineEndpoint } from '../endpoint.ts';
import { webhookParams, webhooks } from './webhook.ts';

export const listWebhooks = defineEndpoint({
  method: 'GET',
  path: '/connections/{connectionId}/webhooks',
  summary: 'The webhooks of a connection, with their addresses',
  permission: 'webhooks.read',
  params: webhookParams,
  response: webhooks,
});
