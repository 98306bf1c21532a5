import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { uuid } from '../shared.ts';

export const revokeInvitation = defineEndpoint({
  method: 'DELETE',
  path: '/invitations/{invitationId}',
  summary: 'Take an invitation back',
  permission: 'people.change',
  params: z.strictObject({ invitationId: uuid }),
});
