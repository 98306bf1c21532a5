import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { invitation, newInvitation } from './person.ts';

export const createInvitation = defineEndpoint({
  method: 'POST',
  path: '/invitations',
  summary: 'Invite a person by a link',
  permission: 'people.change',
  body: newInvitation,
  status: 201,
  response: z.strictObject({
    invitation,
    path: z.string().meta({
      description: 'On the portal: /invitation#token=TOKEN. Shown once; it works once, for 7 days.',
    }),
  }),
  errors: ['conflict'],
});
