import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';

export const disableSecondFactor = defineEndpoint({
  method: 'POST',
  path: '/me/second-factor/disable',
  summary: 'Switch the second factor off',
  permission: 'signed_in',
  body: z.strictObject({ password: z.string().min(1).max(128) }),
  errors: ['sign_in_failed', 'conflict'],
});
