import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { email, me, secondFactorCode } from './person.ts';

export const signIn = defineEndpoint({
  method: 'POST',
  path: '/sign-in',
  summary: 'Sign in with a password',
  description: 'Sets the session cookie. With a second factor and no code it answers second_factor_needed.',
  permission: 'public',
  body: z.strictObject({
    email,
    password: z.string().min(1).max(128),
    code: secondFactorCode.optional(),
  }),
  response: me,
  errors: ['sign_in_failed', 'second_factor_needed'],
});
