import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { accountRef, page, pageQuery, uuid } from '../shared.ts';
import { invocation, OUTCOMES } from './invocation.ts';

export const listInvocations = defineEndpoint({
  method: 'GET',
  path: '/invocations',
  summary: 'Runs of functions, newest first',
  permission: 'invocations.read',
  query: pageQuery.extend({
    accountId: accountRef.optional(),
    connectionId: uuid.optional(),
    outcome: z.enum(OUTCOMES).optional(),
  }),
  response: page(invocation),
});
