import { z } from 'zod';
import { accountParams } from '../accounts/account.ts';
import { defineEndpoint } from '../endpoint.ts';
import { page, pageQuery } from '../shared.ts';
import { workflowSummary } from './workflow.ts';

export const listWorkflows = defineEndpoint({
  method: 'GET',
  path: '/accounts/{accountId}/workflows',
  summary: 'Workflows of an account, by name',
  permission: 'workflows.read',
  params: accountParams,
  query: pageQuery.extend({
    text: z.string().max(120).optional().meta({ description: 'Only those whose name contains this.' }),
  }),
  response: page(workflowSummary),
});
