import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { alertChannel, channelParams } from './alert.ts';

export const allowPrivateAddresses = defineEndpoint({
  method: 'PUT',
  path: '/alert-channels/{alertChannelId}/private-addresses',
  summary: 'Let a webhook reach private addresses, or no more',
  description: 'It then may be http, and reach this machine and its network.',
  permission: 'alerts.allow_private_addresses',
  params: channelParams,
  body: z.strictObject({ allowed: z.boolean() }),
  response: alertChannel,
  errors: ['conflict'],
});
