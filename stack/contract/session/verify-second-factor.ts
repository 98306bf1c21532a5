import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';

export const verifySecondFactor = defineEndpoint({
  method: 'POST',
  path: '/me/second-factor/verify',
  summary: 'Verify a code and switch the second factor on',
  permission: 'signed_in',
  body: z.strictObject({ code: z.string().regex(/^\d{6}$/, 'must be six digits') }),
  errors: ['second_factor_needed', 'conflict'],
});
