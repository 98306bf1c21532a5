import { defineEndpoint } from '../endpoint.ts';
import { addressChange, webhookParams, webhooks } from './webhook.ts';

export const changeWebhookAddress = defineEndpoint({
  method: 'POST',
  path: '/connections/{connectionId}/webhooks/address',
  summary: 'Give a connection’s webhooks other addresses',
  description:
    'For when one became known to somebody it should not. Those before go on working for the grace time.',
  permission: 'webhooks.change',
  params: webhookParams,
  body: addressChange,
  response: webhooks,
});
