import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { timestamp } from '../shared.ts';
import { email } from './person.ts';

export const createSignInLink = defineEndpoint({
  method: 'POST',
  path: '/sign-in-links',
  summary: 'Make a one-time sign-in link',
  description:
    'For the person with this e-mail address, or for the first owner, who is made when there is nobody yet.',
  permission: 'people.change',
  body: z.strictObject({ email: email.optional() }),
  status: 201,
  response: z.strictObject({
    token: z.string(),
    path: z
      .string()
      .meta({ description: 'On the portal: /sign-in#token=TOKEN. A fragment never reaches a server log.' }),
    expiresAt: timestamp,
  }),
  errors: ['not_found'],
});
