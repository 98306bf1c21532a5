import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { name } from '../shared.ts';
import { linkToken, me, password } from '../session/person.ts';

export const acceptInvitation = defineEndpoint({
  method: 'POST',
  path: '/invitations/accept',
  summary: 'Accept an invitation',
  description: 'Makes the person, and sets the session cookie.',
  permission: 'public',
  body: z.strictObject({ token: linkToken, name, password }),
  response: me,
  errors: ['link_invalid', 'conflict'],
});
