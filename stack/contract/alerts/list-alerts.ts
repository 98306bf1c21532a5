import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { accountRef, page, pageQuery } from '../shared.ts';
import { alert, alertKind } from './alert.ts';

export const listAlerts = defineEndpoint({
  method: 'GET',
  path: '/alerts',
  summary: 'What was found wrong, newest first',
  description: 'Of the accounts that one sees; owners see those of the stack as a whole too.',
  permission: 'alerts.read',
  query: pageQuery.extend({
    accountId: accountRef.optional(),
    state: z.enum(['open', 'resolved', 'all']).default('open'),
    kind: alertKind.optional(),
  }),
  response: page(alert),
});
