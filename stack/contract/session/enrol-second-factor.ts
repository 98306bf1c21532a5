import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';

export const enrolSecondFactor = defineEndpoint({
  method: 'POST',
  path: '/me/second-factor',
  summary: 'Begin with a second factor (TOTP)',
  description: 'It counts once a code has been verified.',
  permission: 'signed_in',
  body: z.strictObject({ password: z.string().min(1).max(128) }),
  status: 201,
  response: z.strictObject({
    uri: z.string().meta({ description: 'otpauth:// address for an authenticator, shown as a QR code.' }),
    secret: z.string(),
    recoveryCodes: z.array(z.string()),
  }),
  errors: ['sign_in_failed', 'conflict'],
});
