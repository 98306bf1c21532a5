import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { password } from './person.ts';

export const setPassword = defineEndpoint({
  method: 'PUT',
  path: '/me/password',
  summary: "Set or change one's own password",
  description: "Ends the person's other sessions.",
  permission: 'signed_in',
  body: z.strictObject({
    currentPassword: z.string().max(128).optional().meta({ description: 'Needed when there is one.' }),
    newPassword: password,
  }),
  errors: ['sign_in_failed', 'conflict'],
});
