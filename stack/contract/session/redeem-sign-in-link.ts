import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { linkToken, me } from './person.ts';

export const redeemSignInLink = defineEndpoint({
  method: 'POST',
  path: '/sign-in-links/redeem',
  summary: 'Sign in with a one-time link',
  description:
    'Sets the session cookie. The link counts for both factors: it is how an owner lets in who lost theirs.',
  permission: 'public',
  body: z.strictObject({ token: linkToken }),
  response: me,
  errors: ['link_invalid'],
});
