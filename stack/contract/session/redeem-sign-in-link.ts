import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { linkToken, me, secondFactorCode } from './person.ts';

export const redeemSignInLink = defineEndpoint({
  method: 'POST',
  path: '/sign-in-links/redeem',
  summary: 'Sign in with a one-time link',
  description: 'Sets the session cookie.',
  permission: 'public',
  body: z.strictObject({ token: linkToken, code: secondFactorCode.optional() }),
  response: me,
  errors: ['link_invalid', 'second_factor_needed'],
});
