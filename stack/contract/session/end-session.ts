import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { uuid } from '../shared.ts';

export const endSession = defineEndpoint({
  method: 'DELETE',
  path: '/me/sessions/{sessionId}',
  summary: "End one of one's own sessions",
  permission: 'signed_in',
  params: z.strictObject({ sessionId: uuid }),
});
