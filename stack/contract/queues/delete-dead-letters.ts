import { z } from 'zod';
import { appParams } from '../apps/app.ts';
import { defineEndpoint } from '../endpoint.ts';

export const deleteDeadLetters = defineEndpoint({
  method: 'POST',
  path: '/queues/{appKey}/dead-letters/delete',
  summary: 'Delete dead letters for good',
  permission: 'dead_letters.change',
  params: appParams,
  body: z.strictObject({ ids: z.array(z.string().min(1).max(100)).min(1).max(200) }),
  response: z.strictObject({ deleted: z.int() }),
});
