import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { timestamp } from '../shared.ts';
import { linkToken } from '../session/person.ts';

export const inspectInvitation = defineEndpoint({
  method: 'POST',
  path: '/invitations/inspect',
  summary: 'What an invitation link offers',
  permission: 'public',
  body: z.strictObject({ token: linkToken }),
  response: z.strictObject({ email: z.string(), invitedBy: z.string(), expiresAt: timestamp }),
  errors: ['link_invalid'],
});
