import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { requeuedEvent, triggerParams } from './trigger.ts';

export const listRequeued = defineEndpoint({
  method: 'GET',
  path: '/triggers/{triggerId}/requeued',
  summary: 'Events that are to be looked at again, and those that gave up; newest first',
  permission: 'triggers.read',
  params: triggerParams,
  query: pageQuery.extend({ state: z.enum(['waiting', 'gave_up']).optional() }),
  response: page(requeuedEvent),
});
